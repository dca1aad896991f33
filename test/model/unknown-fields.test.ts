import { expect, test } from 'vitest';
import { unknownFields } from '../../src/model/unknown-fields.ts';
import { aRawDagRepository, aSpec } from '../support/builders.ts';

test.each<[spec: object, said: string[]]>([
  [aSpec(), []],
  [{ ...aSpec(), airflow: { resources: {} } }, ['unknown field spec.airflow.resources']],
  [{ git: { url: 'x', submodules: 'off' } }, ['unknown field spec.git.submodules']],
  [{ ...aSpec(), namespace: { labels: { team: 'a' } } }, ['unknown field spec.namespace']],
  [
    { airflow: { verison: '3' } },
    ['unknown field spec.airflow.verison (did you mean spec.airflow.version?)'],
  ],
  [
    { code: { dagsfolder: '.' } },
    ['unknown field spec.code.dagsfolder (did you mean spec.code.dagsFolder?)'],
  ],
  [{ dagsFolder: '.' }, ['unknown field spec.dagsFolder (did you mean spec.code.dagsFolder?)']],
  [
    {
      airflow: {
        env: [
          { name: 'A', value: 'b' },
          { name: 'C', valueFrom: { fieldRef: {} } },
        ],
      },
    },
    ['unknown field spec.airflow.env[1].valueFrom.fieldRef'],
  ],
  [
    { notify: { slak: {} }, url: { bse: 1 } },
    [
      'unknown field spec.notify.slak (did you mean spec.notify.slack?)',
      'unknown field spec.url.bse (did you mean spec.url.base?)',
    ],
  ],
  [{ quota: { 'limits.cpu': 1 }, airflow: { config: { any: { thing: 'x' } } } }, []],
  [{ airflow: { __proto__: null, constructor: {} } }, ['unknown field spec.airflow.constructor']],
  [{ git: ['a'], airflow: 'b', url: null }, []],
])('%j: %j', (spec, said) => {
  expect(unknownFields(aRawDagRepository(spec))).toEqual(said);
});
