import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createAirflowClient } from '../../src/airflow/client.ts';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

async function anAirflow(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/feature/hardy`;
}

function aClient() {
  const client = createAirflowClient();
  onTestFinished(() => client.close());
  return client;
}

const asked = async (answer: RequestListener) => aClient().health(await anAirflow(answer));
const json =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

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

test.each<[what: string, body: unknown, health: object | undefined]>([
  [
    'parts that have not reported are unknown',
    fresh,
    { metadatabase: 'healthy', scheduler: 'unknown', triggerer: 'unknown', dagProcessor: 'unknown' },
  ],
  [
    'a 200 tells an unhealthy part as well',
    settled,
    { metadatabase: 'healthy', scheduler: 'healthy', triggerer: 'unhealthy', dagProcessor: 'healthy' },
  ],
  [
    'a part that is not listed is unknown',
    { metadatabase: { status: 'healthy' } },
    { metadatabase: 'healthy', scheduler: 'unknown', triggerer: 'unknown', dagProcessor: 'unknown' },
  ],
  [
    'a part that is null is unknown',
    { ...settled, triggerer: null },
    { metadatabase: 'healthy', scheduler: 'healthy', triggerer: 'unknown', dagProcessor: 'healthy' },
  ],
  ['a status that we do not know is no answer', { ...settled, scheduler: { status: 'fine' } }, undefined],
  ['a text is no answer', 'healthy', undefined],
  ['null is no answer', null, undefined],
])('%s', async (_what, body, health) => {
  expect(await asked(json(body))).toEqual(health);
});

test('the health is asked for under the branch’s own path, without a user', async () => {
  let seen: { url: string | undefined; authorization: string | undefined } | undefined;
  await asked((request, response) => {
    seen = { url: request.url, authorization: request.headers.authorization };
    response.end('{}');
  });
  expect(seen).toEqual({ url: '/feature/hardy/api/v2/monitor/health', authorization: undefined });
});

test('the UI’s HTML, which Airflow gives for every unknown path with 200, is no answer', async () => {
  expect(
    await asked((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><div id="root">'),
    ),
  ).toBeUndefined();
});

test.each([404, 500, 503])('%i is no answer, whatever its body says', async (status) => {
  expect(await asked(json(settled, status))).toBeUndefined();
});

test('a redirect is not followed', async () => {
  let requests = 0;
  const health = await asked((_request, response) => {
    requests++;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect({ health, requests }).toEqual({ health: undefined, requests: 1 });
});

test('an API server that is not there, that hangs up or that never answers is no answer', async () => {
  const client = aClient();
  expect(await client.health('http://127.0.0.1:1/x')).toBeUndefined();
  expect(await client.health('http://[')).toBeUndefined();
  expect(await asked((request) => request.socket.destroy())).toBeUndefined();
  expect(await asked(() => undefined)).toBeUndefined();
}, 20_000);

test('an answer that never ends is cut off, drop by drop as in a flood', async () => {
  const drip = asked((_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 200);
    response.on('close', () => clearInterval(timer));
  });
  const flood = asked((_request, response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  });
  expect(await Promise.all([drip, flood])).toEqual([undefined, undefined]);
}, 20_000);

test('import errors are asked for with a token of the preview’s own, the first few of them', async () => {
  let seen: { url: string | undefined; authorization: string | undefined } | undefined;
  const base = await anAirflow((request, response) => {
    seen = { url: request.url, authorization: request.headers.authorization };
    const error = { import_error_id: 1, bundle_name: 'dags-folder', filename: 'a.py', stack_trace: 'E: no' };
    json({ import_errors: [error], total_entries: 4 })(request, response);
  });
  expect(await aClient().importErrors(base, 'secret')).toEqual({
    total: 4,
    first: [{ file: 'a.py', message: 'E: no', timedOut: false }],
  });
  expect(seen?.url).toBe('/feature/hardy/api/v2/importErrors?limit=3&order_by=filename');
  expect(seen?.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
});

test.each([
  ['a refusal', json({ detail: 'no' }, 401)],
  ['something else', json({ import_errors: 'none' })],
])('%s says nothing of import errors', async (_what, answer) => {
  expect(await aClient().importErrors(await anAirflow(answer), 'secret')).toBeUndefined();
});
