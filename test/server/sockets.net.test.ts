import { connect } from 'node:net';
import { request } from 'node:http';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { payload } from '../support/payloads.ts';
import { signature } from '../support/signature.ts';
import { aServer, KEY, PATH } from './rig.ts';
import type { AddressInfo } from 'node:net';

const push = payload('push-update');

async function listening(parts: Parameters<typeof aServer>[0] = {}) {
  const server = aServer(parts);
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...server, port: (server.app.server.address() as AddressInfo).port };
}

/** Sends pieces over a bare socket; gives all that came back once the server has ended the connection. */
async function raw(port: number, ...pieces: (string | Buffer)[]) {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined); // a server that has heard enough resets the connection
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  for (const piece of pieces) socket.write(piece);
  await closed;
  return answer;
}

const head = (headers: string[]) =>
  `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n${headers.join('\r\n')}\r\n\r\n`;

test('30 MiB that nobody signed are not read: the answer comes after the headers, and memory does not grow', async () => {
  const { port, marks } = await listening();
  const size = 30 * 1024 * 1024;
  const before = process.memoryUsage();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => {
      const sent = request({
        port,
        host: '127.0.0.1',
        path: PATH,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': size },
      });
      sent.on('error', () => undefined);
      const answered = once(sent, 'response').then(([response]) => {
        const { statusCode, headers } = response as {
          statusCode: number;
          headers: Record<string, string>;
          resume(): void;
        };
        (response as { resume(): void }).resume();
        return { statusCode, connection: headers['connection'] };
      });
      sent.write(Buffer.alloc(1024, ' ')); // the rest never comes: whoever waits for it would not answer
      return answered.finally(() => sent.destroy());
    }),
  );
  expect(answers).toEqual(Array.from({ length: 5 }, () => ({ statusCode: 401, connection: 'close' })));
  expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(10 * 1024 * 1024);
  expect(marks).toEqual([]);
});

test('an unsigned sender who goes on sending is cut off', async () => {
  const { port } = await listening();
  const answer = await raw(
    port,
    head([`Content-Length: ${30 * 1024 * 1024}`]),
    ...Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024, 'x')),
  );
  expect(answer === '' || answer.startsWith('HTTP/1.1 401')).toBe(true);
});

test('a body that ends half-way leaves nothing', async () => {
  const { port, marks } = await listening();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(head([`Content-Length: ${push.length}`, `X-Hub-Signature-256: ${signature(push, KEY)}`]));
  socket.write(push.subarray(0, push.length - 10));
  socket.end();
  socket.resume().on('error', () => undefined);
  await once(socket, 'close');
  expect(marks).toEqual([]);
});

test('a whole delivery over a socket, in pieces, leaves its mark', async () => {
  const { port, marks } = await listening();
  const answer = await raw(
    port,
    head([
      `Content-Length: ${push.length}`,
      `X-Hub-Signature-256: ${signature(push, KEY)}`,
      'Connection: close',
    ]),
    push.subarray(0, 100),
    push.subarray(100),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 202 /);
  expect(marks).toHaveLength(1);
});

test('who sends headers or a body for ever is cut off', async () => {
  const { port, app, marks } = await listening();
  expect(app.server.headersTimeout).toBeLessThanOrEqual(10_000);
  expect(app.server.requestTimeout).toBeLessThanOrEqual(15_000);
  const signed = head([`Content-Length: ${push.length}`, `X-Hub-Signature-256: ${signature(push, KEY)}`]);
  const answers = await Promise.all([
    raw(port, `POST ${PATH} HTTP/1.1\r\nHost: x\r\nX-A: `),
    raw(port, signed, push.subarray(0, 10)),
  ]);
  for (const answer of answers) expect(answer === '' || /^HTTP\/1\.1 (408|400)/.test(answer)).toBe(true);
  expect(marks).toEqual([]);
}, 25_000);

test.each([
  ['not HTTP at all', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'],
  ['headers of 64 KiB', `POST ${PATH} HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(64 * 1024)}\r\n\r\n`],
  ['two lengths', head(['Content-Length: 1', 'Content-Length: 2'])],
  ['length and chunks', head(['Content-Length: 1', 'Transfer-Encoding: chunked'])],
  ['a length that is none', head(['Content-Length: -1'])],
])('%s is refused, and the server lives on', async (_what, bytes) => {
  const { port, app, marks } = await listening();
  expect(await raw(port, bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect((await app.inject({ method: 'GET', url: '/' })).statusCode).toBe(404);
  expect(marks).toEqual([]);
});

test('a hundred deliveries at once are all answered', async () => {
  const { port, marks } = await listening();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () =>
      fetch(`http://127.0.0.1:${port}${PATH}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'push',
          'x-hub-signature-256': signature(push, KEY),
        },
        body: new Uint8Array(push),
      }).then(async (response) => (await response.arrayBuffer(), response.status)),
    ),
  );
  expect(new Set(answers)).toEqual(new Set([202]));
  expect(marks).toHaveLength(100);
});

test('closing does not wait for connections that are kept alive', async () => {
  const { port, app } = await listening();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = vi.fn();
  socket
    .once('close', closed)
    .on('error', () => undefined)
    .resume();
  await app.close();
  await vi.waitFor(() => expect(closed).toHaveBeenCalled());
});
