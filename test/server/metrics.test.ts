import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createMetricsServer } from '../../src/server/metrics-server.ts';
import { createMetrics } from '../../src/server/metrics.ts';

function aServer(notReady: () => string | undefined = () => undefined) {
  const metrics = createMetrics(
    () => ['Ready', 'Ready', 'Refused'],
    () => true,
  );
  const app = createMetricsServer({ metrics: metrics.text, notReady, log: pino({ level: 'silent' }) });
  onTestFinished(() => app.close());
  return { app, metrics };
}

test('/metrics shows what was counted, in Prometheus’ text format', async () => {
  const { app, metrics } = aServer();
  metrics.deliveries.inc({ event: 'push', outcome: 'created' });
  metrics.requests.inc({ verb: 'get', kind: 'pods', code: '200' }, 2);
  const response = await app.inject('/metrics');
  expect(response.headers['content-type']).toMatch(/^text\/plain; version=/);
  expect(response.body).toContain('offshoot_deliveries_total{event="push",outcome="created"} 1');
  expect(response.body).toContain('offshoot_kubernetes_requests_total{verb="get",kind="pods",code="200"} 2');
  expect(response.body).toContain('offshoot_previews{reason="Ready"} 2');
  expect(response.body).toContain('process_resident_memory_bytes');
});

test('every metric of ours has its name, a unit where it has one, and a sentence', async () => {
  const text = await aServer().metrics.text();
  const ours = [...text.text.matchAll(/^# HELP (offshoot_\S+) (.+)$/gm)];
  expect(ours.map(([, name]) => name).sort()).toEqual([
    'offshoot_deliveries_total',
    'offshoot_kubernetes_requests_total',
    'offshoot_leader',
    'offshoot_orphaned_namespaces',
    'offshoot_previews',
    'offshoot_reconcile_retries_total',
    'offshoot_reconcile_seconds',
  ]);
});

test('two servers in one process count apart', async () => {
  const [one, other] = [aServer(), aServer()];
  one.metrics.retries.inc({ kind: 'preview' });
  expect((await other.app.inject('/metrics')).body).not.toContain('offshoot_reconcile_retries_total{');
});

test('/healthz says that the process answers, whether it is ready or not', async () => {
  const response = await aServer(() => 'the caches are being filled').app.inject('/healthz');
  expect([response.statusCode, response.json<unknown>()]).toEqual([200, { status: 'ok' }]);
});

test('/readyz is 503 with the reason until Offshoot is ready', async () => {
  let why: string | undefined = 'the caches are being filled';
  const { app } = aServer(() => why);
  const first = await app.inject('/readyz');
  expect([first.statusCode, first.json<unknown>()]).toEqual([503, { status: 'the caches are being filled' }]);
  why = undefined;
  expect((await app.inject('/readyz')).statusCode).toBe(200);
});

test('webhooks are not taken here', async () => {
  expect(
    (await aServer().app.inject({ method: 'POST', url: '/webhooks/github/offshoot/dags' })).statusCode,
  ).toBe(404);
});

test('what is sent to it is not read', async () => {
  const { app } = aServer();
  const headers = { 'content-type': 'application/json' };
  const answers = await Promise.all(
    ['/metrics', '/healthz', '/'].map((url) =>
      app.inject({ method: 'POST', url, headers, payload: '{broken' }),
    ),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
});
