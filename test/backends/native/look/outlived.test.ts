import { expect, test } from 'vitest';
import { outlivedDatabase } from '../../../../src/backends/native/look/outlived.ts';
import { anAirflowPod, aPod, NOW } from '../../../support/builders.ts';
import type { PodSummary } from '../../../../src/backends/native/look/pods.ts';

const ago = (seconds: number) => NOW.getTime() - seconds * 1_000;
const database = (seconds: number, parts: Partial<PodSummary> = {}) =>
  aPod('postgres', { createdAt: ago(seconds), ...parts });
const airflow = (seconds: number, parts: Partial<PodSummary> = {}) =>
  anAirflowPod({}, { createdAt: ago(seconds), ...parts });
const ended = { reason: 'Evicted', message: 'full' };

test.each<[what: string, pods: PodSummary[]]>([
  ['both were made together', [database(60), airflow(60)]],
  ['the database was made a little later', [database(60), airflow(70)]],
  ['Airflow is the younger one', [database(600), airflow(60)]],
  ['there is no new database yet', [database(10, { deleting: true }), airflow(600)]],
  ['the new database was put out as well', [database(10, { ended }), airflow(600)]],
  ['the old Airflow is going already', [database(10), airflow(600, { deleting: true }), airflow(1)]],
  ['there is no Airflow', [database(10)]],
])('no Airflow has outlived its database when %s', (_what, pods) => {
  expect(outlivedDatabase(pods)).toBeUndefined();
});

test('the Airflow that is older than its database has outlived another one', () => {
  const old = airflow(600);
  expect(outlivedDatabase([database(601, { deleting: true }), database(10), old])).toBe(old);
  expect(outlivedDatabase([database(10), airflow(21)])).toBeDefined();
});
