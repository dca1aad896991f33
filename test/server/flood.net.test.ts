import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { payload } from '../support/payloads.ts';
import { signature } from '../support/signature.ts';
import { aDelivery, aServer, KEY, PATH } from './rig.ts';

const MIB = 1024 * 1024;
const push = payload('push-update');
const WRONG = `sha256=${'0'.repeat(64)}`;

async function listening() {
  const server = aServer();
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  return { ...server, port };
}

/** One who announces a body over a bare socket, and sends of it what it is told to. */
async function aSender(port: number, length: number, signed = WRONG) {
  const socket: Socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const sender = { socket, answer: '', ended: false };
  socket
    .setEncoding('latin1')
    .on('data', (text: string) => (sender.answer += text))
    .on('error', () => undefined)
    .once('close', () => (sender.ended = true));
  await once(socket, 'connect');
  const headers = [
    'Host: x',
    'Content-Type: application/json',
    'X-GitHub-Event: push',
    `Content-Length: ${length}`,
    `X-Hub-Signature-256: ${signed}`,
  ];
  socket.write(`POST ${PATH} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  return sender;
}

const deliver = (port: number, body: Buffer) => {
  const { url, headers, method } = aDelivery('push', body);
  return fetch(`http://127.0.0.1:${port}${url}`, { method, headers, body: new Uint8Array(body) }).then(
    async (response) => (await response.arrayBuffer(), response.status),
  );
};

test('F3: a hundred large bodies that nobody signed take no more than the pool, and others are answered meanwhile', async () => {
  const { port, marks, lines, counted } = await listening();
  const before = process.memoryUsage().arrayBuffers;
  const piece = Buffer.alloc(MIB, ' ');
  const senders = await Promise.all(Array.from({ length: 100 }, () => aSender(port, 24 * MIB)));
  let most = 0;
  for (let round = 0; round < 4; round++) {
    for (const { socket } of senders) if (socket.writable) socket.write(piece);
    expect(await deliver(port, push)).toBe(202);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  await vi.waitFor(() => expect(senders.filter(({ ended }) => ended).length).toBeGreaterThan(60), 5_000);
  most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  expect(most).toBeLessThan(120 * MIB); // 400 MiB were sent; 32 of them are kept, and what is on its way
  const answered = senders.filter(({ answer }) => answer !== '');
  expect(answered.length).toBeGreaterThan(0);
  for (const { answer } of answered) {
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer.toLowerCase()).toContain('retry-after: 10');
    expect(answer.toLowerCase()).toContain('connection: close');
  }
  expect(await deliver(port, push)).toBe(202);
  expect(marks).toHaveLength(5);
  expect(counted.filter((one) => one === 'unknown no room').length).toBeGreaterThan(60);
  expect(lines.filter((line) => line.includes('refused')).length).toBeLessThanOrEqual(2);
});

test('F3: with hundreds of bodies that never come, a delivery is answered all the same', async () => {
  const { port, marks } = await listening();
  const senders = await Promise.all(Array.from({ length: 400 }, () => aSender(port, 1_000)));
  expect(await deliver(port, push)).toBe(202);
  await vi.waitFor(
    () => expect(senders.filter(({ ended }) => ended).length).toBeGreaterThanOrEqual(144),
    5_000,
  );
  expect(marks).toHaveLength(1);
});

test('F3: a delivery as large as GitHub sends is taken, one byte more is 413 before it has come', async () => {
  const { port, marks } = await listening();
  const large = Buffer.concat([push, Buffer.alloc(25 * MIB - push.length, ' ')]);
  expect(await deliver(port, large)).toBe(202);
  expect(marks).toHaveLength(1);
  const sender = await aSender(port, large.length + 1, signature(push, KEY));
  await vi.waitFor(() => expect(sender.answer).toMatch(/^HTTP\/1\.1 413 /), 5_000);
  await vi.waitFor(() => expect(sender.ended).toBe(true), 5_000);
});

test('F3: chunks without an announced length are counted as well', async () => {
  const { port } = await listening();
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket
    .setEncoding('latin1')
    .on('data', (text: string) => (answer += text))
    .on('error', () => undefined);
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nX-Hub-Signature-256: ${WRONG}\r\n\r\n`,
  );
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB, ' '), Buffer.from('\r\n')]);
  for (let n = 0; n < 26; n++) socket.write(chunk);
  await vi.waitFor(() => expect(answer).toMatch(/^HTTP\/1\.1 413 /), 5_000);
});

test('F17: a thousand refused requests are counted one by one, and logged in a line or two without a byte of theirs', async () => {
  const { app, lines, counted } = aServer();
  for (let n = 0; n < 1_000; n++) {
    await app.inject({
      ...aDelivery('push', push, {
        'x-hub-signature-256': n % 2 ? WRONG : '',
        'x-github-delivery': 'evil-id',
      }),
      ...(n % 4 === 1 && { url: '/webhooks/github/evil-namespace/evil-name' }),
    });
  }
  expect(counted).toHaveLength(1_000);
  expect(new Set(counted)).toEqual(new Set(['unknown refused']));
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { door: 'offshoot/dags', why: 'no signature', count: 1 },
    { door: 'no DagRepository', why: 'no webhook secret configured', count: 1 },
    { door: 'offshoot/dags', why: 'signature mismatch', count: 1 },
  ]);
  expect(lines.join('')).not.toMatch(/evil/);
  await app.close(); // what was not logged yet is
  expect(
    lines
      .slice(3)
      .map((line) => (JSON.parse(line) as { count: number }).count)
      .sort(),
  ).toEqual([249, 249, 499]);
});

test('F17: a flood that lasts is one line a minute, and quiet again once it is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { app, lines } = aServer();
  const minute = async (requests: number) => {
    for (let n = 0; n < requests; n++)
      await app.inject(aDelivery('push', push, { 'x-hub-signature-256': '' }));
    vi.advanceTimersByTime(60_000);
    return lines.splice(0).map((line) => (JSON.parse(line) as { count: number }).count);
  };
  expect(await minute(10)).toEqual([1, 9]);
  expect(await minute(7)).toEqual([7]);
  expect(await minute(0)).toEqual([]);
  expect(await minute(2)).toEqual([1, 1]);
});

test.each(['/webhooks/nobody', '/', '/synced/a/b/c/d'])(
  'F3: what is sent to %s is not read, let alone parsed: the answer ends the connection',
  async (path) => {
    const { port, app } = await listening();
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const headers = `Host: x\r\nContent-Type: application/json\r\nContent-Length: ${MIB}`;
    socket.write(`POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n{broken`);
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    const inject = { method: 'POST', url: path, payload: '{broken' } as const;
    const whole = await app.inject({ ...inject, headers: { 'content-type': 'application/json' } });
    expect(whole.statusCode).toBe(404);
  },
);
