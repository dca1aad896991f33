import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { dialects } from '../../src/airflow/all.ts';
import { createAirflowClient } from '../../src/airflow/client.ts';
import { v3 } from '../../src/airflow/v3/dialect.ts';
import { nine } from '../support/nine.ts';
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
  const client = createAirflowClient(dialects);
  onTestFinished(() => client.close());
  return client;
}

const { health, importErrors } = v3;
const asked = async (answer: RequestListener) => aClient().health('3.3.2', await anAirflow(answer));
const json =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const settled = {
  metadatabase: { status: 'healthy' },
  scheduler: { status: 'healthy' },
  triggerer: { status: 'unhealthy' },
  dag_processor: { status: 'healthy' },
};
const NO_ANSWER = health.read(undefined);

test('the health is asked for under the branch’s own path, without a user, and read by the dialect', async () => {
  let seen: { url: string | undefined; authorization: string | undefined } | undefined;
  const said = await asked((request, response) => {
    seen = { url: request.url, authorization: request.headers.authorization };
    json(settled)(request, response);
  });
  expect(seen).toEqual({ url: `/feature/hardy${health.path}`, authorization: undefined });
  expect(said).toEqual(health.read(settled));
  expect(said).not.toEqual(NO_ANSWER);
});

test('an Airflow without an address has not answered; one that no dialect handles is not asked', async () => {
  expect(await aClient().health('3.3.2', undefined)).toEqual(NO_ANSWER);
  const base = await anAirflow(() => expect.unreachable());
  expect(await aClient().health('99.0.0', base)).toBeUndefined();
  expect(await aClient().importErrors('99.0.0', base, 'secret')).toBeUndefined();
});

test('the UI’s HTML, which Airflow gives for every unknown path with 200, is no answer', async () => {
  expect(
    await asked((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><div id="root">'),
    ),
  ).toEqual(NO_ANSWER);
});

test.each([404, 500, 503])('%i is no answer, whatever its body says', async (status) => {
  expect(await asked(json(settled, status))).toEqual(NO_ANSWER);
});

test('a redirect is not followed', async () => {
  let requests = 0;
  const health = await asked((_request, response) => {
    requests++;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect({ health, requests }).toEqual({ health: NO_ANSWER, requests: 1 });
});

test('an API server that is not there, that hangs up or that never answers is no answer', async () => {
  const client = aClient();
  expect(await client.health('3.3.2', 'http://127.0.0.1:1/x')).toEqual(NO_ANSWER);
  expect(await client.health('3.3.2', 'http://[')).toEqual(NO_ANSWER);
  expect(await asked((request) => request.socket.destroy())).toEqual(NO_ANSWER);
  expect(await asked(() => undefined)).toEqual(NO_ANSWER);
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
  expect(await Promise.all([drip, flood])).toEqual([NO_ANSWER, NO_ANSWER]);
}, 20_000);

test('import errors are asked for with a token of the preview’s own', async () => {
  let seen: { url: string | undefined; authorization: string | undefined } | undefined;
  const base = await anAirflow((request, response) => {
    seen = { url: request.url, authorization: request.headers.authorization };
    json({ import_errors: [{ filename: 'a.py', stack_trace: 'E: no' }], total_entries: 4 })(
      request,
      response,
    );
  });
  const found = await aClient().importErrors('3.3.2', base, 'secret');
  expect(found).toMatchObject({ total: 4, first: [{ file: 'a.py' }] });
  expect(seen?.url).toBe(`/feature/hardy${importErrors.path}`);
  expect(seen?.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
});

test('a refusal says nothing of import errors', async () => {
  const base = await anAirflow(json({ detail: 'no' }, 401));
  expect(await aClient().importErrors('3.3.2', base, 'secret')).toBeUndefined();
});

test('another generation is asked by its own paths and words', async () => {
  const seen: [url: string | undefined, key: unknown][] = [];
  const base = await anAirflow((request, response) => {
    seen.push([request.url, request.headers['x-key']]);
    const answers: Record<string, unknown> = {
      '/feature/hardy/pulse': { parts: { window: true } },
      '/feature/hardy/broken': ['a.py'],
    };
    json(answers[request.url ?? ''])(request, response);
  });
  const client = createAirflowClient([...dialects, nine]);
  onTestFinished(() => client.close());
  expect(await client.health('9.0.1', base)).toEqual({ answers: true, waitingFor: ['brain'] });
  expect(await client.importErrors('9.0.1', base, 'secret')).toMatchObject({ total: 1 });
  expect(seen).toEqual([
    ['/feature/hardy/pulse', undefined],
    ['/feature/hardy/broken', 'secret'],
  ]);
});
