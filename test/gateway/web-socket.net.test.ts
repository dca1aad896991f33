import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { aDestination, aWaitingOne } from './a-destination.ts';
import { echoWebSockets } from './echo-web-socket.ts';
import { aGateway, anAirflow, raw, tokenOf } from './rig.ts';

const upgrade = (path: string, more = '') =>
  `GET ${path} HTTP/1.1\r\nhost: airflow.example.com\r\n${more}connection: Upgrade\r\nupgrade: websocket\r\n` +
  'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

async function aSocketGateway() {
  const { upstream, server } = await anAirflow((_request, response) => response.end('plain'));
  const echo = echoWebSockets(server);
  return {
    ...echo,
    server,
    ...(await aGateway([aDestination({ upstream }), aWaitingOne({ prefix: '/feature/b' })])),
  };
}

test('a WebSocket of a branch is passed on: path, query, protocol, host, messages both ways', async () => {
  const { url, asked } = await aSocketGateway();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/feature/hardy/ws/a%2Fb?x=1`, ['chat']);
  await once(socket, 'open');
  socket.send('hello');
  const [message] = (await once(socket, 'message')) as [{ data: string }];
  expect(message.data).toBe('hello');
  expect(socket.protocol).toBe('chat');
  expect(asked[0]?.url).toBe('/feature/hardy/ws/a%2Fb?x=1');
  expect(asked[0]?.headers).toMatchObject({
    host: url.replace('http://', ''),
    'x-forwarded-host': url.replace('http://', ''),
    'x-forwarded-for': '127.0.0.1',
  });
  socket.close();
});

test('the token that Airflow issued reaches it with the WebSocket, and no other cookie', async () => {
  const { port, asked, sockets } = await aSocketGateway();
  const client = connect(port, '127.0.0.1');
  const cookie = `_token=${tokenOf()}`;
  client.write(upgrade('/feature/hardy/ws', `cookie: sso=1; ${cookie}\r\nx-auth-request-email: a@b\r\n`));
  await once(client, 'data');
  for (let i = 0; i < 50 && sockets.length === 0; i++) await sleep(10);
  expect(asked[0]?.headers).toMatchObject({ cookie, host: 'airflow.example.com' });
  expect(asked[0]?.headers).not.toHaveProperty('x-auth-request-email');
  client.destroy();
});

test.each([
  ['an unknown address', '/feature/evil/ws', 404],
  ['a branch that is not ready', '/feature/b/ws', 503],
  ['a climbing path', '/feature/b/../hardy/ws', 404],
  ['an unreadable path', '/feature/hardy/%zz', 400],
])('a WebSocket of %s is refused in plain HTTP', async (_title, path, status) => {
  const { port, asked } = await aSocketGateway();
  expect(await raw(port, upgrade(path))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(asked).toEqual([]);
});

test.each([
  ['a program', '', 101],
  ['a page of its own', 'origin: http://airflow.example.com\r\n', 101],
  ['a page of its own behind TLS', 'origin: https://airflow.example.com:443\r\n', 101],
  ['a page of another site', 'origin: http://evil.example\r\n', 403],
  ['a page on another port', 'origin: http://airflow.example.com:3000\r\n', 403],
  ['a page without an origin', 'origin: null\r\n', 403],
])('F22: a WebSocket of %s is answered %3$i', async (_who, origin, status) => {
  const { port, asked } = await aSocketGateway();
  const client = connect(port, '127.0.0.1');
  client.write(upgrade('/feature/hardy/ws', origin));
  const [head] = (await once(client, 'data')) as [Buffer];
  expect(head.toString('latin1')).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  if (status === 403) expect(asked).toEqual([]);
  client.destroy();
});

test('when Airflow takes no WebSocket, or dies, the client is told and the gateway lives', async () => {
  const { url, server, sockets } = await aSocketGateway();
  const address = `${url.replace('http', 'ws')}/feature/hardy/ws`;
  const living = new WebSocket(address);
  await once(living, 'open');
  for (let i = 0; i < 50 && sockets.length === 0; i++) await sleep(10);
  const closed = once(living, 'close');
  for (const socket of sockets) socket.destroy();
  await closed;

  server.removeAllListeners('upgrade');
  const refused = new WebSocket(address);
  refused.addEventListener('error', () => undefined);
  await once(refused, 'close');
  expect((await fetch(`${url}/`)).status).toBe(200);
});

test('clients that reset while upgrading, and after, leave the gateway well', async () => {
  const { url, port } = await aSocketGateway();
  for (let i = 0; i < 30; i++) {
    const client = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(client, 'connect');
    client.write(upgrade(i % 3 ? '/feature/hardy/ws' : '/feature/evil'));
    if (i % 2) await once(client, 'data');
    client.resetAndDestroy();
  }
  await sleep(100);
  expect((await fetch(`${url}/`)).status).toBe(200);
});

test('closing does not wait for open WebSockets', async () => {
  const { app, url } = await aSocketGateway();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/feature/hardy/ws`);
  await once(socket, 'open');
  const began = performance.now();
  await app.close();
  expect(performance.now() - began).toBeLessThan(1_000);
});
