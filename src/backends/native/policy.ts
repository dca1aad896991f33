import { readFileSync } from 'node:fs';
import { meta } from '../shared/meta.ts';
import { defaultLimits } from '../shared/quota.ts';
import { dagsPath, ROOT } from './git-sync.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

export const POLICY = 'airflow-policy';

/** Airflow puts this folder on its path before it looks for policies, in every process. */
const CONFIG_DIR = '/opt/airflow/config';

/** The folder of an installed Python package: an entry point makes a policy plugin of it, which leaves the image's own policies alone. */
const FILES = {
  'offshoot_policy.py': 'offshoot_policy.py',
  'limits.json': 'limits.json',
  'offshoot_code.py': 'offshoot_code.py',
  'code.json': 'code.json',
  METADATA: 'offshoot_policy-1.dist-info/METADATA',
  'entry_points.txt': 'offshoot_policy-1.dist-info/entry_points.txt',
};

const source = (file: string) => readFileSync(new URL(`policy/${file}`, import.meta.url), 'utf8');
const PLUGIN = source('offshoot_policy.py');
const CODE = source('offshoot_code.py');

const data = (design: Design): Record<keyof typeof FILES, string> => ({
  'offshoot_policy.py': PLUGIN,
  'limits.json': JSON.stringify(defaultLimits(design)),
  'offshoot_code.py': CODE,
  'code.json': JSON.stringify({ checkouts: ROOT, dagsFolder: dagsPath(design) }),
  METADATA: 'Metadata-Version: 2.1\nName: offshoot-policy\nVersion: 1\n',
  'entry_points.txt': '[airflow.policy]\noffshoot = offshoot_policy\noffshoot_code = offshoot_code\n',
});

/** What a preview changes in the pods that its DAGs ask for. */
export function policy(design: Design): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(design, POLICY, 'airflow'),
    data: data(design),
  };
}

export const policyVolume = {
  name: 'policy',
  configMap: { name: POLICY, items: Object.entries(FILES).map(([key, path]) => ({ key, path })) },
};

export const policyMount = { name: 'policy', mountPath: CONFIG_DIR, readOnly: true };
