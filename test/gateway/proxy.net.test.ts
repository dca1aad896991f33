import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { aDestination } from './a-destination.ts';
import { aGateway, anAirflow, anEcho, raw } from './rig.ts';

describe('a request to a branch', () => {
  test.each([
    '/feature/hardy/',
    '/feature/hardy/api/v2/dags?limit=1&a=b+c&a=%20&empty=',
    '/feature/hardy//double//slashes/',
    '/feature/hardy/dagRuns/manual__2026-11-21T00%3A00%3A00%2B00%3A00',
    '/feature/hardy/variables/a%2Fb%2F..c',
    "/feature/hardy/%7b{}|^`'<>%FF%zz%",
    '/feature/hardy/./x?../y',
    '/feature/hardy/x?a=?b#c',
  ])('reaches Airflow byte for byte: %s', async (path) => {
    const { asked, port } = await anEcho();
    const answer = await raw(
      port,
      `GET ${path} HTTP/1.1\r\nhost: airflow.example.com\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(asked.map((one) => one.url)).toEqual([path]);
  });

  test.each([
    '/feature/hardy/../other/',
    '/feature/hardy/%2e%2e/other',
    '/feature/hardy2/',
    '//feature/hardy/',
    '*',
  ])('reaches nobody: %s', async (path) => {
    const { asked, port } = await anEcho();
    const answer = await raw(
      port,
      `OPTIONS ${path} HTTP/1.1\r\nhost: airflow.example.com\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(asked).toEqual([]);
  });

  test('carries the public host and who asked, and no hop-by-hop header', async () => {
    const { asked, port } = await anEcho();
    await raw(
      port,
      'GET /feature/hardy/ HTTP/1.1\r\nhost: airflow.example.com\r\nte: trailers\r\n' +
        'keep-alive: timeout=5\r\nx-mine: 1\r\nconnection: close, x-mine\r\n\r\n',
    );
    const { headers } = asked[0]!;
    expect(headers).toMatchObject({
      host: 'airflow.example.com',
      'x-forwarded-host': 'airflow.example.com',
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '127.0.0.1',
    });
    for (const name of ['te', 'keep-alive', 'x-mine']) expect(headers).not.toHaveProperty(name);
  });

  test.each([
    ['GET with a body', 'GET', 'content-length: 4\r\n\r\nbody'],
    ['POST without a body', 'POST', 'content-length: 0\r\n\r\n'],
    ['POST with a type and no body', 'POST', 'content-type: application/json\r\ncontent-length: 0\r\n\r\n'],
    ['chunked PUT without a type', 'PUT', 'transfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'],
    ['upload that expects 100', 'PATCH', 'expect: 100-continue\r\ncontent-length: 4\r\n\r\nbody'],
    ['offer of HTTP/2', 'GET', 'upgrade: h2c\r\nhttp2-settings: AAM\r\n\r\n'],
    ['DELETE', 'DELETE', '\r\n'],
    ['HEAD', 'HEAD', '\r\n'],
  ])('works for a %s', async (_title, method, rest) => {
    const { asked, port } = await anEcho();
    const more = rest.startsWith('upgrade') ? ', upgrade, http2-settings' : '';
    const answer = await raw(
      port,
      `${method} /feature/hardy/x HTTP/1.1\r\nhost: airflow.example.com\r\nconnection: close${more}\r\n${rest}`,
    );
    expect(answer).toMatch(/HTTP\/1.1 200 /);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.method).toBe(method);
  });

  test('streams a large upload of any type without holding it', async () => {
    const sizes: number[] = [];
    const { upstream } = await anAirflow((request, response) => {
      const hash = createHash('sha256');
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        hash.update(chunk);
      });
      request.on('end', () => {
        sizes.push(size);
        response.end(hash.digest('hex'));
      });
    });
    const { url } = await aGateway([aDestination({ upstream })]);
    const chunk = Buffer.alloc(1 << 20, 'x');
    const expected = createHash('sha256');
    for (let i = 0; i < 64; i++) expected.update(chunk);
    const digest = expected.digest('hex');
    const before = process.memoryUsage().rss;
    for (const type of ['text/plain', 'application/json', 'application/octet-stream']) {
      const answer = await fetch(`${url}/feature/hardy/upload`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: Readable.toWeb(Readable.from(Array<Buffer>(64).fill(chunk))) as ReadableStream,
        duplex: 'half',
      });
      expect(await answer.text()).toBe(digest);
    }
    expect(sizes).toEqual([64 << 20, 64 << 20, 64 << 20]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20);
  });

  test('shows the head and each piece of an answer as it comes', async () => {
    // The upstream goes on only once the visitor has what came before.
    const [hasHead, hasOne] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { upstream } = await anAirflow((_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/x-ndjson',
        'set-cookie': ['_token=1', '_token=2'],
      });
      response.flushHeaders();
      void hasHead.promise.then(() => response.write('one\n'));
      void hasOne.promise.then(() => response.end('two\n'));
    });
    const { url } = await aGateway([aDestination({ upstream })]);
    const answer = await fetch(`${url}/feature/hardy/wait`);
    expect(answer.headers.getSetCookie()).toEqual([
      '_token=1; Path=/feature/hardy/',
      '_token=2; Path=/feature/hardy/',
    ]);
    hasHead.resolve();
    const reader = answer.body!.getReader();
    const piece = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await piece()).toBe('one\n');
    hasOne.resolve();
    expect(await piece()).toBe('two\n');
    expect((await reader.read()).done).toBe(true);
  });

  test('leaves status, redirect, length, encoding and emptiness of an answer alone', async () => {
    const { upstream } = await anAirflow((request, response) => {
      if (request.url?.endsWith('/login'))
        response.writeHead(302, { location: '/feature/hardy/x?a#b' }).end();
      else if (request.url?.endsWith('/none')) response.writeHead(204).end();
      else if (request.url?.endsWith('/busy')) response.writeHead(503, { 'retry-after': '7' }).end('busy');
      else
        response.writeHead(200, { 'content-length': 5, 'content-encoding': 'br', etag: '"x"' }).end('12345');
    });
    const { url, port } = await aGateway([aDestination({ upstream })]);
    const login = await fetch(`${url}/feature/hardy/login`, { redirect: 'manual' });
    expect([login.status, login.headers.get('location')]).toEqual([302, '/feature/hardy/x?a#b']);
    expect((await fetch(`${url}/feature/hardy/none`)).status).toBe(204);
    const busy = await fetch(`${url}/feature/hardy/busy`);
    expect([busy.status, busy.headers.get('retry-after'), await busy.text()]).toEqual([503, '7', 'busy']);
    for (const method of ['GET', 'HEAD']) {
      const bytes = await raw(
        port,
        `${method} /feature/hardy/x HTTP/1.1\r\nhost: airflow.example.com\r\nconnection: close\r\n\r\n`,
      );
      expect(bytes).toMatch(/content-length: 5\r\n/i);
      expect(bytes).toMatch(/content-encoding: br\r\n/i);
      expect(bytes.endsWith('12345')).toBe(method === 'GET');
    }
  });

  test('is given up at Airflow too when the client goes away', async () => {
    let closed = false;
    const arrived = Promise.withResolvers<void>();
    const { upstream } = await anAirflow((_request, response) => {
      response.on('close', () => (closed = true));
      arrived.resolve();
    });
    const { port } = await aGateway([aDestination({ upstream })]);
    const request = httpRequest({ port, path: '/feature/hardy/slow' }).on('error', () => undefined);
    request.end();
    await arrived.promise;
    request.destroy();
    for (let i = 0; i < 50 && !closed; i++) await sleep(20);
    expect(closed).toBe(true);
  });

  test('is tried once more when a kept connection broke under it', async () => {
    let count = 0;
    const { upstream } = await anAirflow((_request, response) => {
      if (++count === 1) response.socket?.destroy();
      else response.end('second');
    });
    const { url } = await aGateway([aDestination({ upstream })]);
    expect(await (await fetch(`${url}/feature/hardy/x`)).text()).toBe('second');
    expect(count).toBe(2);
  });
});

test('an Airflow that dies in mid-answer cuts that answer and nothing else', async () => {
  const { upstream } = await anAirflow((request, response) => {
    if (request.url?.endsWith('/fine')) return void response.end('fine');
    response.writeHead(200, { 'content-length': 1000 });
    response.write('half');
    setTimeout(() => response.socket?.resetAndDestroy(), 50);
  });
  const { url } = await aGateway([aDestination({ upstream })]);
  const answer = await fetch(`${url}/feature/hardy/x`);
  await expect(answer.text()).rejects.toThrow();
  expect(await (await fetch(`${url}/feature/hardy/fine`)).text()).toBe('fine');
});

test('a client that resets in mid-answer leaves the gateway well', async () => {
  const { upstream } = await anAirflow((_request, response) => {
    const timer = setInterval(() => response.write('x'.repeat(1000)), 5);
    response.on('close', () => clearInterval(timer));
  });
  const { url, port } = await aGateway([aDestination({ upstream })]);
  for (let i = 0; i < 5; i++) {
    const request = httpRequest({ port, path: '/feature/hardy/x' }).on('error', () => undefined);
    request.end();
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    response.on('error', () => undefined);
    response.socket.resetAndDestroy();
  }
  await sleep(50);
  expect((await fetch(`${url}/`)).status).toBe(200);
});
