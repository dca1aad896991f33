import { readFileSync } from 'node:fs';
import { meta } from '../shared/meta.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

const NAME = 'git-sync';
const FOLDER = '/etc/git-sync';
const GIT = readFileSync(new URL('submodules/git', import.meta.url), 'utf8');

/**
 * git-sync fails a whole checkout for one submodule. This stands between it and git, and leaves out the submodules that cannot be
 * fetched: `docs/decisions/0029-submodules-best-effort.md`.
 */
export const submodulesScript = (design: Design): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: meta(design, NAME, 'airflow'),
  data: { git: GIT },
});

export const submodulesFlag = `--git=${FOLDER}/git`;
export const submodulesMount = { name: NAME, mountPath: FOLDER, readOnly: true };
export const submodulesVolume = { name: NAME, configMap: { name: NAME, defaultMode: 0o555 } };

/** Tells which submodules are missing, by Events alone: it fails as often as it likes without any consequence. */
export const submodulesProbe = (root: string) => ({
  exec: {
    command: [
      'sh',
      '-c',
      'if [ -s "$1" ]; then head -c 900 "$1"; exit 1; fi',
      'sh',
      `${root}/submodules.failed`,
    ],
  },
  periodSeconds: 60,
  timeoutSeconds: 5,
  failureThreshold: 2_147_483_647,
});
