import type { Design } from '../../plan/api.ts';
import type { Place, Setting } from '../api.ts';

type Value = (design: Design, place: Place) => Setting;
interface Given {
  value: string;
  /** The folders that Airflow may write into. */
  writable: readonly string[];
}

/** An option of airflow.cfg that is not for a DagRepository to set. */
interface Fixed {
  /** What it is: for every process, for the parts alone, for tasks alone. Where none is said, Airflow's own default has to stay. */
  everywhere?: Value;
  parts?: Value;
  tasks?: Value;
  /** Setting it is as good as not setting it. */
  harmless?: (given: Given) => boolean;
  /** Why not, and what to do. */
  because: string;
}

const is =
  (...values: string[]) =>
  ({ value }: Given) =>
    values.some((one) => one.toLowerCase() === value.toLowerCase());
const isWritable = ({ value, writable }: Given) =>
  !value.split('/').includes('..') && writable.some((folder) => `${value}/`.startsWith(`${folder}/`));

const GENERATED = 'Offshoot generates it for each preview. Remove it.';
const DATABASE = 'each preview has a database of its own. Remove it.';
const SERVED =
  'Offshoot reaches Airflow by plain HTTP at its default port, and people by the gateway. Remove it; TLS belongs in front of the gateway.';
const TOKENS = 'Offshoot and Airflow check each other’s tokens. Remove it.';
const CLUSTER = 'tasks run in the preview’s own namespace. Remove it.';
const READ_ONLY = 'Airflow may not write there. Remove it, or name a folder below Airflow’s home.';

/** By the variables that Airflow reads them from, in the order in which containers have them. */
export const fixed: Readonly<Record<string, Fixed>> = {
  AIRFLOW__CORE__DAGS_FOLDER: {
    everywhere: (_design, { dagsFolder }) => dagsFolder,
    because: 'the DAGs come from the branch. Remove it, and set spec.code.dagsFolder.',
  },
  AIRFLOW__CORE__EXECUTION_API_SERVER_URL: {
    everywhere: ({ url }, { address }) => `${address}${new URL(url).pathname}/execution/`,
    because: 'tasks report to the preview that they belong to. Remove it.',
  },
  AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: { parts: () => ({ secret: 'database-url' }), because: DATABASE },
  AIRFLOW__CORE__FERNET_KEY: { parts: () => ({ secret: 'fernet-key' }), because: GENERATED },
  AIRFLOW__API__SECRET_KEY: { parts: () => ({ secret: 'api-secret-key' }), because: GENERATED },
  AIRFLOW__API_AUTH__JWT_SECRET: { parts: () => ({ secret: 'jwt-secret' }), because: GENERATED },
  AIRFLOW__API__BASE_URL: {
    parts: ({ url }) => url,
    because: 'it is the URL of the preview. Remove it, and set spec.url.base.',
  },
  AIRFLOW__API__HOST: {
    // Every address, IPv4 and IPv6. `::` would be IPv6 alone.
    parts: () => '',
    harmless: is(''),
    because: SERVED,
  },
  AIRFLOW__CORE__EXECUTOR: {
    parts: () => 'KubernetesExecutor',
    tasks: () => 'LocalExecutor',
    harmless: is('KubernetesExecutor'),
    because: 'each task of a preview runs in a pod of its own, by KubernetesExecutor. Remove it.',
  },
  AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: {
    parts: () => 'True',
    harmless: is('True'),
    because: 'previews have no sign-in of their own. Remove it.',
  },
  AIRFLOW__KUBERNETES_EXECUTOR__NAMESPACE: { parts: ({ namespace }) => namespace, because: CLUSTER },
  AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE: {
    parts: (_design, { podTemplate }) => podTemplate,
    because: 'Offshoot makes the template of task pods. Remove it.',
  },

  AIRFLOW__API__PORT: { harmless: is('8080'), because: SERVED },
  AIRFLOW__API__SSL_CERT: { harmless: is(''), because: SERVED },
  AIRFLOW__API__SSL_KEY: { harmless: is(''), because: SERVED },
  AIRFLOW__API_AUTH__JWT_ALGORITHM: { harmless: is('GUESS', 'HS512'), because: TOKENS },
  AIRFLOW__API_AUTH__JWT_AUDIENCE: { harmless: is('apache-airflow'), because: TOKENS },
  AIRFLOW__API_AUTH__JWT_ISSUER: { harmless: is(''), because: TOKENS },
  AIRFLOW__API_AUTH__JWT_PRIVATE_KEY_PATH: { harmless: is(''), because: TOKENS },
  AIRFLOW__API_AUTH__TRUSTED_JWKS_URL: { harmless: is(''), because: TOKENS },
  AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: {
    because:
      'the DAGs come from the branch, by Airflow’s default bundle. Remove it, and set spec.code.dagsFolder.',
  },
  AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC: { harmless: is(''), because: DATABASE },
  AIRFLOW__KUBERNETES_EXECUTOR__CLUSTER_CONTEXT: { harmless: is(''), because: CLUSTER },
  AIRFLOW__KUBERNETES_EXECUTOR__CONFIG_FILE: { harmless: is(''), because: CLUSTER },
  AIRFLOW__KUBERNETES_EXECUTOR__IN_CLUSTER: { harmless: is('True'), because: CLUSTER },
  AIRFLOW__KUBERNETES_EXECUTOR__MULTI_NAMESPACE_MODE: { harmless: is('False'), because: CLUSTER },
  AIRFLOW__LOGGING__BASE_LOG_FOLDER: { harmless: isWritable, because: READ_ONLY },
  AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY: { harmless: isWritable, because: READ_ONLY },
  AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH: { harmless: isWritable, because: READ_ONLY },
};

/** What Airflow 3 still reads where an option's own name is not set. */
export const former: Readonly<Record<string, string>> = {
  AIRFLOW__CORE__SQL_ALCHEMY_CONN: 'AIRFLOW__DATABASE__SQL_ALCHEMY_CONN',
  AIRFLOW__WEBSERVER__BASE_URL: 'AIRFLOW__API__BASE_URL',
  AIRFLOW__WEBSERVER__SECRET_KEY: 'AIRFLOW__API__SECRET_KEY',
  AIRFLOW__WEBSERVER__WEB_SERVER_HOST: 'AIRFLOW__API__HOST',
  AIRFLOW__WEBSERVER__WEB_SERVER_PORT: 'AIRFLOW__API__PORT',
  AIRFLOW__WEBSERVER__WEB_SERVER_SSL_CERT: 'AIRFLOW__API__SSL_CERT',
  AIRFLOW__WEBSERVER__WEB_SERVER_SSL_KEY: 'AIRFLOW__API__SSL_KEY',
  AIRFLOW__WORKERS__EXECUTION_API_SERVER_URL: 'AIRFLOW__CORE__EXECUTION_API_SERVER_URL',
};
