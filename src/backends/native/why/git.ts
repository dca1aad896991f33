import { gitRefused } from '../../../model/git-refusal.ts';
import { aboutDisk, containerOf, podOf } from '../look/pods-of.ts';
import { AIRFLOW, GIT_SYNC } from '../parts.ts';
import type { Explanation } from '../../../model/explanation.ts';
import type { Design } from '../../../plan/api.ts';
import type { Scene } from '../look/scene.ts';
import type { Why } from './why.ts';

/** How long git-sync may take before it counts as failing. */
const GIT_PATIENCE_MS = 20_000;

export const gitFailing: Why = (scene, design) => {
  const sync = containerOf(scene.pods, AIRFLOW, GIT_SYNC);
  const at = scene.at.getTime();
  if (!sync?.running || sync.ready || at - (sync.startedAt ?? at) < GIT_PATIENCE_MS) return undefined;
  return (
    gitSaid(scene, design) ?? {
      reason: 'GitUnreachable',
      message:
        'git-sync inside the preview cannot fetch the branch. See its log (kubectl logs -c git-sync), and check that pods can reach the git host and that the credentials are right.',
    }
  );
};

/** The probe of the container that reads DAGs shows git-sync's last error, while there is one. */
export function gitSaid(scene: Scene, { git }: Design): Explanation | undefined {
  const words = errorOf(probeSaid(scene) ?? '');
  if (words === undefined) return undefined;
  const said = `git-sync inside the preview cannot fetch the branch: ${words.replace(/(?<![.!?])$/, '.')}`;
  if (aboutDisk(words))
    return {
      reason: 'DiskFull',
      message: `${said} The repository, or what the branch writes, is too large for the preview's volumes.`,
    };
  if (gitRefused(words, git.url))
    return {
      reason: 'GitRefused',
      message: `${said} Put valid credentials into the Secret that spec.credentialsSecretRef of the DagRepository names; no restart is needed.`,
    };
  return {
    reason: 'GitUnreachable',
    message: `${said} Check that the git host is up and that pods can reach it. git-sync retries twice a minute.`,
  };
}

/** What git wrote to its standard error, out of git-sync's JSON; without the number of tries, which changes all the time. */
function errorOf(message: string): string | undefined {
  const quoted = /"Err":"((?:[^"\\]|\\.)*)/.exec(message)?.[1];
  if (quoted === undefined) return undefined;
  const text = quoted.replaceAll('\\n', ' ').replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  const stderr = /stderr: "((?:[^"\\]|\\.)*)/.exec(text)?.[1] ?? text;
  return stderr.replaceAll('\\n', ' ').replaceAll('\\"', '"').trim().slice(0, 400);
}

export const folderMissing: Why = (scene, { branch, code }) => {
  const { pods } = scene;
  if (!containerOf(pods, AIRFLOW, GIT_SYNC)?.ready) return undefined;
  if (!probeSaid(scene)?.includes(NO_FOLDER)) return undefined;
  return {
    reason: 'DagsFolderMissing',
    message: `Branch ${branch} has no folder ${code.dagsFolder}. Push one, or change spec.code.dagsFolder of the DagRepository.`,
  };
};

const NO_FOLDER = 'No such file or directory';
/** A probe that fails for long is told of every five minutes only. */
const LATELY_MS = 600_000;

/** What the failing probe of the container that reads DAGs said last: git-sync's error, or that there is no folder. */
function probeSaid({ pods, warnings, at }: Scene): string | undefined {
  const pod = podOf(pods, AIRFLOW);
  if (!pod || pod.ready) return undefined;
  return warnings.find(
    ({ reason, about, lastSeen, message }) =>
      reason === 'Unhealthy' &&
      about === `Pod/${pod.name}` &&
      at.getTime() - lastSeen < LATELY_MS &&
      // That one tells of submodules.
      !message.startsWith('Liveness ') &&
      (message.includes(NO_FOLDER) || errorOf(message) !== undefined),
  )?.message;
}
