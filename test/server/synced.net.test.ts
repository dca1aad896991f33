import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { aServer } from './rig.ts';

const HASH = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
const told = (token: string, headers: Record<string, string> = { 'gitsync-hash': HASH }) => ({
  method: 'POST' as const,
  url: `/synced/offshoot/dags-feature-hardy-abcdefghij/${token}`,
  headers,
});

test('git-sync tells the commit with the preview’s own token', async () => {
  const { app, synced } = aServer();
  const response = await app.inject(told('right'));
  expect([response.statusCode, response.json<unknown>()]).toEqual([200, { synced: HASH }]);
  expect(synced).toEqual([{ name: 'dags-feature-hardy-abcdefghij', token: 'right', hash: HASH }]);
});

test('another token is 401, and no log line holds a token', async () => {
  const { app, lines } = aServer();
  expect((await app.inject(told('wrong-token'))).statusCode).toBe(401);
  await app.inject(told('right'));
  expect(lines.join('')).not.toMatch(/wrong-token|"right"/);
});

test.each<Record<string, string>>([
  {},
  { 'gitsync-hash': 'HEAD' },
  { 'gitsync-hash': `${HASH}x` },
  { 'gitsync-hash': '' },
])('without a commit (%j) nobody is asked about the token', async (headers) => {
  const { app, synced } = aServer();
  expect((await app.inject(told('right', headers))).statusCode).toBe(400);
  expect(synced).toEqual([]);
});

test('a failure while it is noted tells nobody the token', async () => {
  const { app, lines } = aServer({ synced: () => Promise.reject(new Error('no')) });
  expect((await app.inject(told('a-secret-token'))).statusCode).toBe(500);
  expect(lines.join('')).not.toContain('a-secret-token');
});

test.each(['application/json', 'text/plain', 'x/y'])(
  'F18: a body (%s) is neither parsed nor waited for: the token alone decides',
  async (type) => {
    const { app, synced } = aServer();
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const ask = async (token: string) => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket
        .setEncoding('latin1')
        .on('data', (text: string) => (answer += text))
        .on('error', () => undefined);
      const closed = once(socket, 'close');
      socket.write(
        `POST ${told(token).url} HTTP/1.1\r\nHost: x\r\nGitsync-Hash: ${HASH}\r\nContent-Type: ${type}\r\nContent-Length: 1000000\r\n\r\n{"__proto__":`,
      );
      await closed; // the rest never comes, and nobody waits for it
      return answer.slice(0, 12);
    };
    expect(await ask('wrong')).toBe('HTTP/1.1 401');
    expect(await ask('right')).toBe('HTTP/1.1 200');
    expect(synced.map(({ token }) => token)).toEqual(['wrong', 'right']);
  },
);

test('what is known already is not logged again, and who says more than a second allows is told to wait', async () => {
  const known = aServer({ synced: async () => 'known' });
  expect((await known.app.inject(told('right'))).statusCode).toBe(200);
  expect(known.lines).toEqual([]);
  const hasty = await aServer({ synced: async () => 'too soon' }).app.inject(told('right'));
  expect([hasty.statusCode, hasty.headers['retry-after']]).toEqual([429, '1']);
});
