import { expect, test } from 'vitest';
import { health } from '../../../src/airflow/v3/health.ts';

// As Airflow 3.3.2 answers on a fresh start and afterwards.
const fresh = {
  metadatabase: { status: 'healthy' },
  scheduler: { status: null, latest_scheduler_heartbeat: null },
  triggerer: { status: null, latest_triggerer_heartbeat: null },
  dag_processor: { status: null, latest_dag_processor_heartbeat: null },
};
const settled = {
  metadatabase: { status: 'healthy' },
  scheduler: { status: 'healthy', latest_scheduler_heartbeat: '2026-11-20T10:00:00+00:00' },
  triggerer: { status: 'unhealthy', latest_triggerer_heartbeat: '2026-11-20T09:00:00+00:00' },
  dag_processor: { status: 'healthy', latest_dag_processor_heartbeat: '2026-11-20T10:00:00+00:00' },
};
const well = { ...settled, triggerer: settled.scheduler };

test.each<[what: string, body: unknown, waitingFor: string[]]>([
  ['all parts that are healthy are waited for no longer', well, []],
  ['parts that have not reported are waited for', fresh, ['scheduler', 'triggerer', 'DAG processor']],
  ['so is an unhealthy part', settled, ['triggerer']],
  [
    'a part that is not listed',
    { metadatabase: { status: 'healthy' } },
    ['scheduler', 'triggerer', 'DAG processor'],
  ],
  ['a part that is null', { ...well, triggerer: null }, ['triggerer']],
])('%s', (_what, body, waitingFor) => {
  expect(health.read(body)).toEqual({ answers: true, waitingFor });
});

test.each([
  ['a status that we do not know', { ...settled, scheduler: { status: 'fine' } }],
  ['a text', 'healthy'],
  ['null', null],
  ['nothing', undefined],
])('%s is no answer, so all parts are waited for', (_what, body) => {
  expect(health.read(body)).toEqual({
    answers: false,
    waitingFor: ['API server', 'database', 'scheduler', 'triggerer', 'DAG processor'],
  });
});
