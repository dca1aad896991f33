import { fixed } from './fixed.ts';
import type { Design } from '../../plan/api.ts';
import type { Place, Setting } from '../api.ts';

/** Airflow itself expands `$NAME` in every option: a branch called that would show a key in the page's title. Hence a wide dollar sign. */
const unexpanded = (text: string) => text.replaceAll('$', '\uFF04');

export const defaults = (design: Design): Record<string, string> => ({
  AIRFLOW__API__INSTANCE_NAME: unexpanded(design.branch),
  AIRFLOW__API__WORKERS: '1',
  // A file that hangs is reported as an import error after this long (Airflow's own default: 30 s).
  AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: '20',
  AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
  // Passes over test files.
  AIRFLOW__CORE__MIGHT_CONTAIN_DAG_CALLABLE: 'offshoot_code.might_contain_dag',
  // A new commit is a new checkout, so every file of it is newer and parsed at once; files that stay need no second look.
  AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL: '1',
  AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: '60',
  AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: '1',
  // `db migrate` has run: each part reading all of the schema's history once more would prove nothing.
  AIRFLOW__DATABASE__CHECK_MIGRATIONS: 'False',
  AIRFLOW__KUBERNETES_EXECUTOR__DELETE_WORKER_PODS: 'True',
  AIRFLOW__KUBERNETES_EXECUTOR__WORKER_PODS_CREATION_BATCH_SIZE: '16',
  // A task that finds the quota full waits until another has ended, and does not fail for waiting long (Airflow's own: no, and 600 s).
  AIRFLOW__KUBERNETES_EXECUTOR__TASK_PUBLISH_MAX_RETRIES: '-1',
  AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT: '3600',
  // Many tasks may start at once on a node that is full; with five seconds, Airflow's default, they fail where its API server is slow.
  AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT: '60',
});

/** Those of the fixed options that these processes have. */
const fixedFor = (whom: 'everywhere' | 'parts' | 'tasks') => (design: Design, place: Place) =>
  Object.fromEntries(
    Object.entries(fixed).flatMap(([variable, { [whom]: value }]): [string, Setting][] =>
      value ? [[variable, value(design, place)]] : [],
    ),
  );

export const everywhere = (design: Design, place: Place): Record<string, Setting> => ({
  ...fixedFor('everywhere')(design, place),
  // Overruled, not refused: production's own config names a folder of production's image.
  ...(place.pluginsFolder && { AIRFLOW__CORE__PLUGINS_FOLDER: place.pluginsFolder }),
  ...safety(design),
});

/**
 * A preview never does production's work, speaks to production's people or feeds production's dashboards. Production's own config has
 * these options, and is to be taken as it is: so they are overruled, as the field's description says, and not refused.
 */
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

export const ofParts = (design: Design, place: Place): Record<string, Setting> => ({
  ...fixedFor('parts')(design, place),
  FORWARDED_ALLOW_IPS: '*',
});

/** Tasks of Airflow 3 ask the execution API: they need neither the database nor a key. */
export const ofTasks = fixedFor('tasks');
