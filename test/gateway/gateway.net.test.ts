import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { aDestination, aWaitingOne } from './a-destination.ts';
import { aGateway, anAirflow, anEcho, raw } from './rig.ts';

const page = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

describe('a branch whose Airflow is not ready', () => {
  test('shows a person a page that looks again', async () => {
    const { url } = await aGateway([aWaitingOne()]);
    const answer = await fetch(`${url}/feature/hardy/dags`, page);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain('git-sync has not fetched the branch yet.');
  });

  test('tells a program the same as a problem', async () => {
    const { url } = await aGateway([aWaitingOne()]);
    const answer = await fetch(`${url}/feature/hardy/api/v2/dags`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({
      status: 503,
      branch: 'feature/hardy',
      reason: 'DagsSyncing',
      steps: [{ name: 'Database', done: true }, { done: false }, { done: false }],
    });
    expect(
      (await fetch(`${url}/feature/hardy/x`, { ...page, method: 'POST' })).headers.get('content-type'),
    ).toContain('application/problem+json');
  });

  test('is open from the moment it is ready, and only then', async () => {
    const { upstream } = await anAirflow((_request, response) => response.end('from Airflow'));
    const destinations = [aWaitingOne({ upstream })];
    const { url } = await aGateway(destinations);
    expect((await fetch(`${url}/feature/hardy/api`)).status).toBe(503);
    destinations[0] = aDestination();
    expect((await fetch(`${url}/feature/hardy/api`)).status).toBe(503);
    destinations[0] = aDestination({ upstream });
    expect(await (await fetch(`${url}/feature/hardy/api`)).text()).toBe('from Airflow');
  });
});

describe('a ready branch whose Airflow', () => {
  test('refuses connections shows the waiting page', async () => {
    const { upstream, server } = await anAirflow(() => undefined);
    server.close();
    await once(server, 'close');
    const { url } = await aGateway([aDestination({ upstream })]);
    const answer = await fetch(`${url}/feature/hardy/`, page);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-security-policy')).toBeTruthy();
    expect(await answer.text()).toContain('ECONNREFUSED');
    const problem = await fetch(`${url}/feature/hardy/x`, { method: 'POST', body: 'x'.repeat(3 << 20) });
    expect(problem.status).toBe(503);
    expect(await problem.json()).toMatchObject({ reason: 'AirflowStarting' });
  });

  test('cannot be reached gives up in time', async () => {
    // TEST-NET-1: nothing answers there; where the machine has no route at all, that is told at once.
    const { url } = await aGateway([aDestination({ upstream: 'http://192.0.2.1:9' })], {
      connectTimeoutMs: 300,
    });
    const began = performance.now();
    expect((await fetch(`${url}/feature/hardy/`, page)).status).toBe(503);
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  test('never answers is told as 504, and one that hangs up as 502', async () => {
    const { upstream } = await anAirflow((request, response) => {
      if (request.method === 'POST') response.socket?.destroy();
    });
    const { url } = await aGateway([aDestination({ upstream })], { answerTimeoutMs: 300 });
    expect((await fetch(`${url}/feature/hardy/x`)).status).toBe(504);
    expect((await fetch(`${url}/feature/hardy/x`, { method: 'POST' })).status).toBe(502);
  });
});

test('a branch without the slash is sent to the one with it, query and method kept', async () => {
  const { url, asked } = await anEcho();
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(`${url}/feature/hardy?next=%2Fx`, { method, redirect: 'manual' });
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toBe('/feature/hardy/?next=%2Fx');
  }
  expect(asked).toEqual([]);
});

test('an unknown address is a page, or a problem, that repeats nothing of it', async () => {
  const { url } = await aGateway([]);
  for (const init of [page, {}]) {
    const answer = await fetch(`${url}/feature/evil?<script>`, init);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toMatch(/evil|<script/);
  }
});

test('the root lists the previews', async () => {
  const { url } = await aGateway([aDestination()]);
  const answer = await fetch(`${url}/?x`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('href="/feature/hardy/"');
});

test('what is not HTTP, or a method nobody knows, is refused', async () => {
  const { port } = await anEcho();
  expect(await raw(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  const propfind =
    'PROPFIND /feature/hardy/ HTTP/1.1\r\nhost: airflow.example.com\r\nconnection: close\r\n\r\n';
  expect(await raw(port, propfind)).toMatch(/^HTTP\/1.1 405 /);
});

test('closing does not wait for open connections', async () => {
  const { upstream } = await anAirflow(() => undefined);
  const { app, url, port } = await aGateway([aDestination({ upstream })]);
  const hanging = fetch(`${url}/feature/hardy/x`).catch(() => 'cut');
  const idle = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(idle, 'connect');
  const began = performance.now();
  await app.close();
  expect(await hanging).toBe('cut');
  expect(performance.now() - began).toBeLessThan(1_000);
});
