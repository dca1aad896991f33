import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, test } from 'vitest';
import { listen, type Listening } from '../../demo/listen.ts';
import { createExec } from '../../src/cluster/exec.ts';
import { until } from './rig.ts';
import type { Duplex } from 'node:stream';

let listening: Listening;
let sockets: Duplex[];
let saidGoodbye: boolean;
async function stop() {
  for (const socket of sockets) socket.destroy();
  await listening.stop();
}
afterEach(stop);

const [STDERR, STATUS] = [2, 3];
/** One short binary message of the exec protocol. */
const frame = (channel: number, text: string) =>
  Buffer.concat([Buffer.from([0x82, text.length + 1, channel]), Buffer.from(text)]);

function shakeHands(request: IncomingMessage, socket: Duplex) {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
      `sec-websocket-protocol: ${request.headers['sec-websocket-protocol']?.split(',')[0]}\r\n` +
      `sec-websocket-accept: ${createHash('sha1').update(key).digest('base64')}\r\n\r\n`,
  );
}

/** An API server that answers an exec as told. */
async function serving(answer: (request: IncomingMessage, socket: Duplex) => void, longestMs = 10_000) {
  const asked: string[] = [];
  sockets = [];
  saidGoodbye = false;
  const server = createServer();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    asked.push(request.url ?? '');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', ([first = 0]: Buffer) => (saidGoodbye ||= (first & 0x0f) === 8));
    answer(request, socket);
  });
  listening = await listen(server, '127.0.0.1', 0);
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'c', server: listening.url, skipTLSVerify: true },
    { name: 'u', token: 't' },
  );
  const where = { namespace: 'n', pod: 'airflow-1', container: 'git-sync' };
  const run = () => createExec(() => config, longestMs)(where, ['sh', '-c', 'kill -HUP 1']);
  return { asked, run };
}

test('a command that ends well resolves, and was asked for in that container of that pod', async () => {
  const { asked, run } = await serving((request, socket) => {
    shakeHands(request, socket);
    socket.write(frame(STATUS, '{"status":"Success"}'));
  });
  await run();
  expect(asked[0]).toMatch(/^\/api\/v1\/namespaces\/n\/pods\/airflow-1\/exec\?/);
  expect(new URL(asked[0]!, listening.url).searchParams.getAll('command')).toEqual([
    'sh',
    '-c',
    'kill -HUP 1',
  ]);
  expect(new URL(asked[0]!, listening.url).searchParams.get('container')).toBe('git-sync');
});

test('one that fails says so, with what it complained of', async () => {
  const { run } = await serving((request, socket) => {
    shakeHands(request, socket);
    socket.write(frame(STDERR, 'no such process'));
    socket.write(frame(STATUS, '{"status":"Failure","message":"exit code 1"}'));
  });
  await expect(run()).rejects.toMatchObject({
    code: 'Internal',
    message: 'exec in n/airflow-1, container git-sync: exit code 1 no such process',
  });
});

test('a refusal is told', async () => {
  const { run } = await serving((_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  await expect(run()).rejects.toMatchObject({
    code: 'Unreachable',
    message: expect.stringContaining('403') as string,
  });
});

test('a connection that ends before the command is told', async () => {
  const { run } = await serving((request, socket) => {
    shakeHands(request, socket);
    socket.end();
  });
  await expect(run()).rejects.toMatchObject({ code: 'Unreachable' });
});

test('who never answers is waited for no longer than that, before the connection stands as after', async () => {
  const deaf = await serving(() => undefined, 100);
  await expect(deaf.run()).rejects.toMatchObject({ code: 'Timeout' });
  await stop();
  const silent = await serving(shakeHands, 100);
  await expect(silent.run()).rejects.toMatchObject({ code: 'Timeout' });
  await until(() => saidGoodbye);
});
