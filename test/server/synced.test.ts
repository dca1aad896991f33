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
