import { AIRFLOW_ENV, fromSecrets, optionVariable, plainValues } from '../../model/airflow-env.ts';
import { meta } from '../shared/meta.ts';
import { literal, secretEnv } from '../shared/pod.ts';
import { dagsPath, gitMount, pathOf } from './git-sync.ts';
import { KEYS } from './keys.ts';
import { policyMount } from './policy.ts';
import { proxyEnv } from './proxy-env.ts';
import type { Place, Setting } from '../../airflow/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';
import type { NativeDesign } from './native-design.ts';

export const SETTINGS = 'airflow-settings';
export const POD_TEMPLATE = 'pod-template';
export const POD_TEMPLATE_DIR = '/etc/offshoot';
export const API_PORT = 8080;

/** Our defaults, then what the DagRepository says: a ConfigMap, so that one can read what a preview runs with. */
export function settings(design: NativeDesign): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(design, SETTINGS, 'airflow'),
    data: {
      ...design.dialect.defaults(design),
      ...pythonPath(design),
      ...configEnv(design.airflow.config),
      ...plainValues(design.airflow.env),
    },
  };
}

/** Without the DAG folder, which Airflow adds itself: a DAG file may be called like an installed package, and must not stand for it. */
function pythonPath(design: Design): Record<string, string> {
  const paths = design.code.pythonPath.map(pathOf).filter((path) => path !== dagsPath(design));
  return paths.length === 0 ? {} : { PYTHONPATH: paths.join(':') };
}

/** What a DagRepository says of airflow.cfg, as Airflow's environment. */
export const configEnv = (config: Design['airflow']['config']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([section, options]) =>
      Object.entries(options).map(
        ([option, value]) => [optionVariable(section, option), String(value)] as const,
      ),
    ),
  );

const place = (design: Design): Place => ({
  address: `http://airflow.${design.namespace}:${API_PORT}`,
  dagsFolder: dagsPath(design),
  pluginsFolder: design.code.pluginsFolder === undefined ? undefined : pathOf(design.code.pluginsFolder),
  podTemplate: `${POD_TEMPLATE_DIR}/pod.yaml`,
});

const HOME = '/opt/airflow';
const TMP = '/tmp';

/** All else of a container's file system is read-only. */
export const WRITABLE = [HOME, TMP];

/** What every Airflow process of a preview has, tasks included; nothing that the DagRepository says is stronger. */
export const commonEnv = (design: NativeDesign) => [
  ...proxyEnv(design),
  ...fromSecrets(design.airflow.env).map(({ variable }) => secretEnv(variable, AIRFLOW_ENV, variable)),
  ...envOf({
    AIRFLOW_HOME: HOME,
    // Else the image's entry point starts `airflow db check` before every task: seconds each, and tasks may have no database.
    CONNECTION_CHECK_MAX_COUNT: '0',
    ...design.dialect.everywhere(design, place(design)),
  }),
];

/** What every Airflow process of a preview sees, tasks included. */
export const commonMounts = [
  gitMount,
  { name: 'home', mountPath: HOME },
  { name: 'tmp', mountPath: TMP },
  policyMount,
];

/** What only Airflow's own parts have. */
export const partsEnv = (design: NativeDesign) => [
  ...envOf(design.dialect.ofParts(design, place(design))),
  { name: 'PYTHONUNBUFFERED', value: '1' },
];

export const tasksEnv = (design: NativeDesign) => envOf(design.dialect.ofTasks(design, place(design)));

/** Texts as they are; the database's URL is expanded by the kubelet, and so stands behind the password that it holds. */
const envOf = (values: Record<string, Setting>) =>
  Object.entries(values).flatMap(([name, value]) => {
    if (typeof value === 'string') return [{ name, value: literal(value) }];
    if (value.secret !== 'database-url') return [secretEnv(name, KEYS, value.secret)];
    return [secretEnv('DATABASE_PASSWORD', KEYS, 'database-password'), { name, value: DATABASE_URL }];
  });

const DATABASE_URL = 'postgresql+psycopg2://airflow:$(DATABASE_PASSWORD)@postgres:5432/airflow';
