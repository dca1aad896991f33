import { hardened, literal, room, scratch, secretEnv } from '../shared/pod.ts';
import { GIT_CREDENTIALS } from '../../model/material.ts';
import { KEYS } from './keys.ts';
import { submodulesFlag, submodulesMount, submodulesProbe, submodulesVolume } from './submodules.ts';
import { proxyEnv } from './proxy-env.ts';
import type { Design } from '../../plan/api.ts';

/** All checkouts are below it. */
export const ROOT = '/git';
const SECRET_DIR = '/etc/git-secret';
const HTTP_PORT = 9418;
/** Holds git-sync's last error in its own words, and is not there while all is well. */
const ERROR_FILE = `${ROOT}/error.json`;

/** Where Airflow finds a folder of the branch: git-sync swaps the link `current` at every commit. */
export const pathOf = (folder: string) =>
  [`${ROOT}/current`, ...folder.split('/').filter((part) => part && part !== '.')].join('/');

export const dagsPath = ({ code }: Design) => pathOf(code.dagsFolder);

/** The branch, kept up to date beside Airflow. Flags, not environment: a misspelt flag is an error, a misspelt variable is nothing. */
export function gitSyncSidecar(design: Design) {
  const token = design.syncedUrl ? [secretEnv('SYNCED_TOKEN', KEYS, 'synced-token')] : [];
  const container = gitSync(design, [
    // Offshoot sends the signal when it hears of a push; the period is for what it did not hear of.
    '--sync-on-signal=SIGHUP',
    '--period=30s',
    '--max-failures=-1',
    `--http-bind=:${HTTP_PORT}`,
    `--error-file=${ERROR_FILE}`,
    ...(design.syncedUrl
      ? [`--webhook-url=${literal(design.syncedUrl)}/$(SYNCED_TOKEN)`, '--webhook-timeout=3s']
      : []),
  ]);
  return {
    ...container,
    restartPolicy: 'Always',
    env: [...container.env, ...token],
    livenessProbe: submodulesProbe(ROOT),
    readinessProbe: { httpGet: { path: '/', port: HTTP_PORT }, periodSeconds: 2 },
  };
}

/**
 * A probe for who reads the DAGs: it fails, each time with a sentence that Kubernetes keeps as an Event, while git-sync cannot fetch
 * and while the branch has no such folder. Without the number of tries: Events that differ are kept one by one.
 */
export const dagsProbe = (design: Design) => ({
  exec: {
    command: [
      'sh',
      '-c',
      'if [ -s "$1" ]; then sed \'s/,"Args":.*//\' "$1"; exit 1; fi; exec ls "$2"',
      'sh',
      ERROR_FILE,
      literal(dagsPath(design)),
    ],
  },
  periodSeconds: 10,
  // With git-sync's period, an error that nobody's push brings about is told within a minute.
  failureThreshold: 2,
  timeoutSeconds: 5,
});

/** The branch, fetched once before a task. */
export const gitSyncOnce = (design: Design) => gitSync(design, ['--one-time', '--max-failures=3']);

function gitSync(design: Design, flags: string[]) {
  const { login } = design.git;
  const credentialFlags = {
    none: [],
    // Not --password-file: git-sync reads that once, when it starts. What git includes, git reads anew each time it runs.
    password: [`--git-config=include.path:${SECRET_DIR}/gitconfig`],
    ssh: [`--ssh-key-file=${SECRET_DIR}/ssh-privatekey`, `--ssh-known-hosts-file=${SECRET_DIR}/known_hosts`],
  }[login];
  return {
    name: 'git-sync',
    image: design.gitSyncImage,
    args: [
      `--repo=${literal(design.git.url)}`,
      `--ref=refs/heads/${literal(design.branch)}`,
      `--root=${ROOT}`,
      '--link=current',
      '--depth=1',
      submodulesFlag,
      ...flags,
      ...credentialFlags,
    ],
    env: proxyEnv(design),
    resources: room('5m', { usual: '16Mi', most: '512Mi' }, '6Gi'),
    securityContext: { ...hardened, runAsUser: 65533, runAsGroup: 65533 },
    volumeMounts: [
      { name: 'git', mountPath: ROOT },
      { name: 'git-tmp', mountPath: '/tmp' },
      submodulesMount,
      ...(login === 'none' ? [] : [{ name: 'git-credentials', mountPath: SECRET_DIR, readOnly: true }]),
    ],
  };
}

/** git-sync runs as 65533; the pod's fsGroup lets it, and no container without this mount, read the credentials. */
export const GIT_GROUP = 65533;

export const gitVolumes = (design: Design) => [
  scratch('git', '4Gi'),
  scratch('git-tmp', '1Gi'),
  submodulesVolume,
  ...(design.git.login === 'none'
    ? []
    : [{ name: 'git-credentials', secret: { secretName: GIT_CREDENTIALS, defaultMode: 0o440 } }]),
];

export const gitMount = { name: 'git', mountPath: ROOT, readOnly: true };
