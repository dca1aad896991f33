import { expect, test } from 'vitest';
import { fromSecrets, plainValues } from '../../src/model/airflow-env.ts';
import { readDagRepository } from '../../src/model/dag-repository.ts';
import { aDagRepository, aRawDagRepository, aSpec } from '../support/builders.ts';

const read = (env: unknown) => readDagRepository(aRawDagRepository(aSpec({ airflow: { env } as never })));
const key = (parts: object = {}) => ({ secretKeyRef: { name: 'warehouse', key: 'uri', ...parts } });

test.each<[what: string, env: unknown]>([
  ['a plain value', [{ name: 'AIRFLOW_VAR_STAGE', value: 'preview' }]],
  ['an empty one', [{ name: 'EMPTY', value: '' }]],
  ['any text', [{ name: '_ODD_1', value: '$(PATH)\n$$"\u2028' }]],
  ['a value from a Secret', [{ name: 'AIRFLOW_CONN_WAREHOUSE', valueFrom: key({ key: 'a.b-c_D' }) }]],
  ['a name that only looks like ours', [{ name: 'AIRFLOW_HOME_PAGE', value: 'x' }]],
])('%s is taken as it is', (_what, env) => {
  const result = read(env);
  expect(result.ok && result.repository.spec.airflow.env).toEqual(env);
});

const long = (count: number, size: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `V${at}`, value: 'x'.repeat(size) }));

test.each<[what: string, env: unknown, said: RegExp]>([
  ['no name', [{ value: 'x' }], /→ at airflow\.env\[0\]\.name/],
  [
    'a name that no shell could have',
    [{ name: '1st', value: 'x' }],
    /must consist of letters, digits and _, and not begin with a digit → at airflow\.env\[0\]\.name/,
  ],
  ['a name with a dash', [{ name: 'a-b', value: 'x' }], /must consist of letters/],
  ['a name of two lines', [{ name: 'A\nB', value: 'x' }], /must consist of letters/],
  [
    'an option of airflow.cfg',
    [{ name: 'AIRFLOW__CORE__EXECUTOR', value: 'x' }],
    /are options of airflow\.cfg; set them in spec\.airflow\.config → at airflow\.env\[0\]\.name/,
  ],
  [
    'a name of our own',
    [
      { name: 'FINE', value: 'x' },
      { name: 'AIRFLOW_HOME', value: 'x' },
    ],
    /is set by Offshoot, Kubernetes or the image; .* → at airflow\.env\[1\]\.name/,
  ],
  ['what programs are found by', [{ name: 'PATH', valueFrom: key() }], /is set by Offshoot, Kubernetes/],
  ['neither value', [{ name: 'A' }], /set exactly one of value and valueFrom → at airflow\.env\[0\]/],
  ['both values', [{ name: 'A', value: '', valueFrom: key() }], /set exactly one of value and valueFrom/],
  [
    'a source that is no Secret',
    [{ name: 'A', valueFrom: { fieldRef: {} } }],
    /at airflow\.env\[0\]\.valueFrom/,
  ],
  ['a key that cannot be', [{ name: 'A', valueFrom: key({ key: '../x' }) }], /valueFrom\.secretKeyRef\.key/],
  ['a null character', [{ name: 'A', value: 'a\0b' }], /must not contain a null character/],
  ['a variable twice', [...long(1, 1), ...long(1, 1)], /must not name a variable twice → at airflow\.env/],
  ['more than a hundred', long(101, 1), /→ at airflow\.env/],
  ['a value too long', long(1, 4_097), /→ at airflow\.env\[0\]\.value/],
  ['too much of all', long(20, 4_000), /the values must not exceed 60000 characters in total/],
])('%s is refused with the field, and why', (_what, env, said) => {
  const result = read(env);
  expect(result.ok ? '' : result.message).toMatch(said);
});

test('the order of variables means nothing', () => {
  const env = [
    { name: 'B', value: '2' },
    { name: 'D', valueFrom: { secretKeyRef: { name: 'one', key: 'x' } } },
    { name: 'A', value: '' },
    { name: 'C', valueFrom: { secretKeyRef: { name: 'two', key: 'y' } } },
  ];
  for (const { airflow } of [env, [...env].reverse()].map(
    (one) => aDagRepository({ airflow: { env: one } }).spec,
  )) {
    expect(JSON.stringify(plainValues(airflow.env))).toBe('{"A":"","B":"2"}');
    expect(fromSecrets(airflow.env)).toEqual([
      { variable: 'C', secret: 'two', key: 'y' },
      { variable: 'D', secret: 'one', key: 'x' },
    ]);
  }
});
