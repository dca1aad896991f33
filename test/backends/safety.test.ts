import { expect, test } from 'vitest';
import { aDagRepository, aDesign } from '../support/builders.ts';
import { container, containersOf, environmentOf, find, podsOf, rendered } from './rendered.ts';

/** A preview must never do production's work, whatever the DagRepository's config says. */
const SAFE = {
  AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE: 'False',
  AIRFLOW__SECRETS__BACKEND: '',
  AIRFLOW__WORKERS__SECRETS_BACKEND: '',
  AIRFLOW__EMAIL__EMAIL_BACKEND: 'airflow.utils.email.send_email_smtp',
  AIRFLOW__SMTP__SMTP_HOST: 'localhost',
  AIRFLOW__METRICS__STATSD_ON: 'False',
  AIRFLOW__METRICS__STATSD_DATADOG_ENABLED: 'False',
  AIRFLOW__METRICS__OTEL_ON: 'False',
  AIRFLOW__TRACES__OTEL_ON: 'False',
  AIRFLOW__SENTRY__SENTRY_ON: 'False',
  AIRFLOW__OPENLINEAGE__DISABLED: 'True',
};

/** Airflow's containers, and so all that has to be safe, by `spec.airflow.parts`. */
const CONTAINERS = {
  together: ['airflow'],
  apart: ['migrate', 'api-server', 'scheduler', 'dag-processor', 'triggerer'],
} as const;
const layouts = Object.entries(CONTAINERS) as [keyof typeof CONTAINERS, readonly string[]][];

const spellings = [
  (text: string) => text.toLowerCase(),
  (text: string) => text.toUpperCase(),
  (text: string) => text[0] + text.slice(1).toLowerCase(),
];

test.each(spellings)(
  'no spelling of an option in the config is stronger than the safety settings',
  (spell) => {
    const config: Record<string, Record<string, string>> = {};
    for (const name of Object.keys(SAFE)) {
      const [, section = '', option = ''] = name.split('__');
      config[spell(section)] = { ...config[spell(section)], [spell(option)]: 'production' };
    }
    for (const [parts, names] of layouts) {
      const objects = rendered(aDesign({ repository: aDagRepository({ airflow: { config, parts } }) }));
      const pods = podsOf(objects);
      for (const name of names)
        expect(environmentOf(objects, container(pods['airflow'], name))).toMatchObject(SAFE);
      expect(environmentOf(objects, container(pods['worker'], 'base'))).toMatchObject(SAFE);
    }
  },
);

test.each(layouts)(
  'nor are executor, database, namespace, URLs and keys for the config to change (%s)',
  (parts, names) => {
    const config = {
      core: {
        executor: 'LocalExecutor',
        dags_folder: '/tmp',
        fernet_key: 'x',
        execution_api_server_url: 'http://production',
      },
      database: { sql_alchemy_conn: 'postgresql://production' },
      api: { base_url: 'https://production', secret_key: 'x' },
      api_auth: { jwt_secret: 'x' },
      kubernetes_executor: { namespace: 'default', pod_template_file: '/tmp/x' },
    };
    const ours = rendered(aDesign({ repository: aDagRepository({ airflow: { parts } }) }));
    const theirs = rendered(aDesign({ repository: aDagRepository({ airflow: { config, parts } }) }));
    for (const name of names) {
      const [without, withConfig] = [ours, theirs].map((objects) =>
        environmentOf(objects, container(podsOf(objects)['airflow'], name)),
      );
      expect(withConfig).toEqual(without);
    }
    const worker = environmentOf(theirs, container(podsOf(theirs)['worker'], 'base'));
    expect(worker['AIRFLOW__CORE__DAGS_FOLDER']).toBe('/git/current/dags');
    expect(worker['AIRFLOW__CORE__EXECUTION_API_SERVER_URL']).toMatch(
      /^http:\/\/airflow\.dags-feature-hardy/,
    );
  },
);

test('schedules run only where the DagRepository wants them', () => {
  const schedule = (runSchedules: 'none' | 'all') => {
    const objects = rendered(aDesign({ repository: aDagRepository({ airflow: { runSchedules } }) }));
    return environmentOf(objects, container(podsOf(objects)['airflow'], 'airflow'))[
      'AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE'
    ];
  };
  expect([schedule('none'), schedule('all')]).toEqual(['False', 'True']);
});

test('what the config wants reaches every process, tasks included', () => {
  const config = { core: { parallelism: 8 }, 'a.b': { c: 'd' } };
  const objects = rendered(aDesign({ repository: aDagRepository({ airflow: { config } }) }));
  const wanted = { AIRFLOW__CORE__PARALLELISM: '8', AIRFLOW__A_B__C: 'd' };
  expect(environmentOf(objects, container(podsOf(objects)['airflow'], 'airflow'))).toMatchObject(wanted);
  expect(environmentOf(objects, container(podsOf(objects)['worker'], 'base'))).toMatchObject(wanted);
});

test.each([
  ['more time than the DAG processor, which finds files that hang', {}, ['20', '120']],
  ['what the DagRepository says', { Core: { DagBag_Import_Timeout: 45 } }, ['45', '45']],
])('a task has %s to import its DAG', (_title, config, expected) => {
  const objects = rendered(aDesign({ repository: aDagRepository({ airflow: { config } }) }));
  const { airflow, worker } = podsOf(objects);
  const limits = [container(airflow, 'airflow'), container(worker, 'base')].map(
    (one) => environmentOf(objects, one)['AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT'],
  );
  expect(limits).toEqual(expected);
});

test('a changed setting restarts Airflow, an unchanged one does not', () => {
  const mark = (parallelism: number) => {
    const repository = aDagRepository({ airflow: { config: { core: { parallelism } } } });
    const { template } = find(rendered(aDesign({ repository })), 'Deployment', 'airflow')['spec'] as {
      template: { metadata: { annotations: Record<string, string> } };
    };
    return template.metadata.annotations['offshoot.dev/settings'];
  };
  expect(mark(8)).toBe(mark(8));
  expect(mark(8)).not.toBe(mark(9));
});

test('tasks have neither database nor keys, and nobody but who talks to Kubernetes has a token', () => {
  const pods = podsOf(rendered(aDesign({ repository: aDagRepository({ airflow: { parts: 'apart' } }) })));
  const worker = container(pods['worker'], 'base');
  expect((worker.env ?? []).filter(({ valueFrom }) => valueFrom)).toEqual([]);
  expect(
    (worker.env ?? [])
      .map(({ name }) => name)
      .filter((name) => /SQL_ALCHEMY|FERNET|JWT|SECRET_KEY/.test(name)),
  ).toEqual([]);
  const withToken = containersOf(pods['airflow']!).filter(({ volumeMounts = [] }) =>
    volumeMounts.some(({ name }) => name === 'token'),
  );
  expect(withToken.map(({ name }) => name)).toEqual(['api-server', 'scheduler', 'triggerer']);
});

test.each(['airflow', 'worker'])(
  'git credentials are mounted where git-sync runs and nowhere else (%s)',
  (name) => {
    const repository = aDagRepository({ credentialsSecretRef: { name: 'c', readOnly: true } });
    const pod = podsOf(rendered(aDesign({ repository })))[name]!;
    const mounting = containersOf(pod).filter(({ volumeMounts = [] }) =>
      volumeMounts.some((mount) => mount.name === 'git-credentials'),
    );
    expect(mounting.map((one) => one.name)).toEqual(['git-sync']);
    const checkout = containersOf(pod).filter((one) => one.name !== 'git-sync');
    for (const { volumeMounts = [] } of checkout)
      expect(volumeMounts.find((mount) => mount.name === 'git')).toMatchObject({ readOnly: true });
  },
);
