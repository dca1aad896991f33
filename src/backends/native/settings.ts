import { meta } from '../shared/meta.ts';
import { literal, secretEnv } from '../shared/pod.ts';
import { dagsPath, gitMount } from './git-sync.ts';
import { KEYS } from './keys.ts';
import { policyMount } from './policy.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

export const SETTINGS = 'airflow-settings';
export const POD_TEMPLATE = 'pod-template';
export const POD_TEMPLATE_DIR = '/etc/offshoot';

/** Our defaults, then what the DagRepository wants: a ConfigMap, so that one can read what a preview runs with. */
export function settings(design: Design): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(design, SETTINGS, 'airflow'),
    data: { ...defaults(design), ...configEnv(design.airflow.config) },
  };
}

/** What a DagRepository says of airflow.cfg, as Airflow's environment. */
export const configEnv = (config: Design['airflow']['config']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([section, options]) =>
      Object.entries(options).map(([option, value]) => [envName(section, option), String(value)] as const),
    ),
  );

/** Airflow reads option `a` of section `b.c` from AIRFLOW__B_C__A. */
const envName = (section: string, option: string) =>
  `AIRFLOW__${section.replaceAll('.', '_').toUpperCase()}__${option.toUpperCase()}`;

/** Airflow itself expands `$NAME` in every option: a branch called that would show a key in the page's title. Hence a wide dollar sign. */
const unexpanded = (text: string) => text.replaceAll('$', '\uFF04');

const defaults = (design: Design): Record<string, string> => ({
  AIRFLOW__API__INSTANCE_NAME: unexpanded(design.branch),
  AIRFLOW__API__WORKERS: '1',
  // A file that hangs is told as an import error when this is over (Airflow's own default: 30 s).
  AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: '20',
  AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
  // A new commit is a new checkout, so every file of it is newer and parsed at once; files that stay need no second look.
  AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL: '1',
  AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: '60',
  AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: '1',
  // `db migrate` has run: each part reading all of the schema's history once more would prove nothing.
  AIRFLOW__DATABASE__CHECK_MIGRATIONS: 'False',
  AIRFLOW__KUBERNETES_EXECUTOR__DELETE_WORKER_PODS: 'True',
  AIRFLOW__KUBERNETES_EXECUTOR__WORKER_PODS_CREATION_BATCH_SIZE: '16',
  // A task that finds the quota full waits until another has ended, and is not failed for waiting long (Airflow's own: no, and 600 s).
  AIRFLOW__KUBERNETES_EXECUTOR__TASK_PUBLISH_MAX_RETRIES: '-1',
  AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT: '3600',
  // Many tasks may start at once on a node that is full; with five seconds, Airflow's default, they fail where its API server is slow.
  AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT: '60',
});

/** What every Airflow process of a preview has, tasks included; nothing the DagRepository says is stronger. */
export const commonEnv = (design: Design): Record<string, string> => ({
  AIRFLOW_HOME: '/opt/airflow',
  // Else the image's entry point starts `airflow db check` before every task: seconds each, and tasks have no database.
  CONNECTION_CHECK_MAX_COUNT: '0',
  AIRFLOW__CORE__DAGS_FOLDER: dagsPath(design),
  AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `http://airflow.${design.namespace}:8080${new URL(design.url).pathname}/execution/`,
  ...safety(design),
});

/** What every Airflow process of a preview sees, tasks included. */
export const commonMounts = [
  gitMount,
  { name: 'home', mountPath: '/opt/airflow' },
  { name: 'tmp', mountPath: '/tmp' },
  policyMount,
];

/** A preview never does production's work, speaks to production's people or feeds production's dashboards. */
const safety = (design: Design): Record<string, string> => ({
  AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE: design.airflow.runSchedules === 'all' ? 'True' : 'False',
  AIRFLOW__SECRETS__BACKEND: '',
  // Tasks look here first, and only then at the line above.
  AIRFLOW__WORKERS__SECRETS_BACKEND: '',
  AIRFLOW__EMAIL__EMAIL_BACKEND: 'airflow.utils.email.send_email_smtp',
  AIRFLOW__SMTP__SMTP_HOST: 'localhost',
  AIRFLOW__METRICS__STATSD_ON: 'False',
  AIRFLOW__METRICS__STATSD_DATADOG_ENABLED: 'False',
  AIRFLOW__METRICS__OTEL_ON: 'False',
  AIRFLOW__TRACES__OTEL_ON: 'False',
  AIRFLOW__SENTRY__SENTRY_ON: 'False',
  AIRFLOW__OPENLINEAGE__DISABLED: 'True',
});

/** What only Airflow's own parts have: the database and the keys. Tasks of Airflow 3 need neither. */
export const serverEnv = (design: Design) => [
  secretEnv('DATABASE_PASSWORD', KEYS, 'database-password'),
  {
    name: 'AIRFLOW__DATABASE__SQL_ALCHEMY_CONN',
    value: 'postgresql+psycopg2://airflow:$(DATABASE_PASSWORD)@postgres:5432/airflow',
  },
  secretEnv('AIRFLOW__CORE__FERNET_KEY', KEYS, 'fernet-key'),
  secretEnv('AIRFLOW__API__SECRET_KEY', KEYS, 'api-secret-key'),
  secretEnv('AIRFLOW__API_AUTH__JWT_SECRET', KEYS, 'jwt-secret'),
  { name: 'AIRFLOW__API__BASE_URL', value: literal(design.url) },
  { name: 'AIRFLOW__CORE__EXECUTOR', value: 'KubernetesExecutor' },
  { name: 'AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS', value: 'True' },
  { name: 'AIRFLOW__KUBERNETES_EXECUTOR__NAMESPACE', value: design.namespace },
  { name: 'AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE', value: `${POD_TEMPLATE_DIR}/pod.yaml` },
  { name: 'FORWARDED_ALLOW_IPS', value: '*' },
  { name: 'PYTHONUNBUFFERED', value: '1' },
];
