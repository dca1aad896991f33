import { expect, test } from 'vitest';
import { fixed } from '../../../src/airflow/v3/fixed.ts';
import { refused } from '../../../src/airflow/v3/refused.ts';
import { v3 } from '../../../src/airflow/v3/dialect.ts';
import { optionVariable } from '../../../src/model/airflow-env.ts';
import { aDesign } from '../../support/builders.ts';
import type { Config } from '../../../src/airflow/api.ts';

const WRITABLE = ['/opt/airflow', '/tmp'];
const said = (config: Config) => refused(config, WRITABLE);

test.each<[Config, RegExp]>([
  [{ api: { port: 9090 } }, /^spec\.airflow\.config: \[api\] port cannot be set: .*default port.* Remove it/],
  [{ api: { ssl_cert: '/certs/tls.crt' } }, /\[api\] ssl_cert cannot be set: .*TLS/],
  [{ api: { ssl_key: '/certs/tls.key' } }, /\[api\] ssl_key/],
  [{ api: { host: '127.0.0.1' } }, /\[api\] host/],
  [{ api: { base_url: 'https://x' } }, /\[api\] base_url cannot be set: .* set spec\.url\.base/],
  [
    { logging: { base_log_folder: '/usr/local/airflow/logs' } },
    /base_log_folder cannot be set: .* Airflow’s home/,
  ],
  [{ logging: { base_log_folder: '/opt/airflow/../x' } }, /base_log_folder/],
  [{ logging: { base_log_folder: '/opt/airflow-logs' } }, /base_log_folder/],
  [{ core: { dags_folder: '/dags' } }, /\[core\] dags_folder cannot be set: .* set spec\.code\.dagsFolder/],
  [{ core: { executor: 'CeleryExecutor' } }, /\[core\] executor/],
  [{ database: { sql_alchemy_conn: 'postgresql://production' } }, /database of its own/],
  [{ database: { sql_alchemy_conn_async: 'postgresql+asyncpg://production' } }, /database of its own/],
  [{ dag_processor: { dag_bundle_config_list: '[]' } }, /DAGs come from the branch/],
  // In any spelling.
  [{ API: { Port: 9090 } }, /\[API\] Port/],
  [{ 'Dag.Processor': { DAG_bundle_config_list: '[]' } }, /\[Dag\.Processor\]/],
  // By former names, which Airflow still reads, and by way of a command or a secrets backend.
  [{ webserver: { web_server_port: 9090 } }, /\[webserver\] web_server_port/],
  [{ core: { sql_alchemy_conn: 'postgresql://production' } }, /\[core\] sql_alchemy_conn/],
  [{ database: { sql_alchemy_conn_cmd: 'cat /dsn' } }, /sql_alchemy_conn_cmd/],
  [{ core: { fernet_key_secret: 'fernet' } }, /fernet_key_secret/],
  [{ webserver: { secret_key_cmd: 'cat /key' } }, /secret_key_cmd/],
])('%j is refused', (config, sentence) => {
  expect(said(config)).toEqual([expect.stringMatching(sentence)]);
});

test.each<Config>([
  { core: { parallelism: 8, load_examples: 'True', auth_manager: 'x.Y' } },
  { core: { executor: 'KubernetesExecutor' } },
  { api: { port: '8080', ssl_cert: '', workers: 2 } },
  { logging: { base_log_folder: '/opt/airflow/logs', remote_logging: 'True' } },
  { logging: { base_log_folder: '/tmp' } },
  { kubernetes_executor: { in_cluster: 'true', delete_worker_pods: 'False' } },
  // What a team's production has, and a preview overrules so that it does not do production's work.
  { secrets: { backend: 'x.Y' }, smtp: { smtp_host: 'mail' }, metrics: { statsd_on: 'True' } },
  {},
])('%j is taken', (config) => {
  expect(said(config)).toEqual([]);
});

test('each is told', () => {
  const config = { api: { port: 1, ssl_cert: 'x', workers: 2 }, core: { executor: 'LocalExecutor' } };
  expect(said(config)).toHaveLength(3);
});

test('what a container is given and the config may not have is the same list, but for what keeps previews from production', () => {
  const design = aDesign();
  const place = {
    address: 'http://airflow',
    dagsFolder: '/dags',
    pluginsFolder: undefined,
    podTemplate: '/pod.yaml',
  };
  const given = {
    ...v3.ofParts(design, place),
    ...v3.ofTasks(design, place),
    ...v3.everywhere(design, place),
  };
  const overruled = Object.keys(given).filter((name) => name.startsWith('AIRFLOW__') && !(name in fixed));
  expect(overruled.sort()).toEqual([
    'AIRFLOW__EMAIL__EMAIL_BACKEND',
    'AIRFLOW__METRICS__OTEL_ON',
    'AIRFLOW__METRICS__STATSD_DATADOG_ENABLED',
    'AIRFLOW__METRICS__STATSD_ON',
    'AIRFLOW__OPENLINEAGE__DISABLED',
    'AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE',
    'AIRFLOW__SECRETS__BACKEND',
    'AIRFLOW__SENTRY__SENTRY_ON',
    'AIRFLOW__SMTP__SMTP_HOST',
    'AIRFLOW__TRACES__OTEL_ON',
    'AIRFLOW__WORKERS__SECRETS_BACKEND',
  ]);
});

test('every key of the list is a variable of Airflow’s', () => {
  for (const name of Object.keys(fixed)) {
    const [, section = '', option = ''] = name.split('__');
    expect(optionVariable(section, option)).toBe(name);
  }
});
