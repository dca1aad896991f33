import { expect, test } from 'vitest';
import { forHost } from '../../src/gateway/for-host.ts';
import { aDestination } from './a-destination.ts';

const one = aDestination({ host: 'a.example.com', repository: 'one' });
const other = aDestination({ host: 'b.example.com', repository: 'other' });
const mine = aDestination({ host: '10.0.0.1', repository: 'mine' });
const found = (host: string, isKnown = false) =>
  forHost([one, other, mine], host, isKnown)?.map(({ repository }) => repository);

test.each([
  ['a.example.com', ['one']],
  ['b.example.com', ['other']],
  ['10.0.0.1', ['mine']],
])('whoever asks %s is sent to its previews alone', (host, repositories) => {
  expect(found(host)).toEqual(repositories);
});

test.each(['127.0.0.1', '[::1]', '192.0.2.7', 'localhost', 'hardy.localhost'])(
  'F22: %s, which no stranger can lead here, may mean any',
  (host) => expect(found(host)).toEqual(['one', 'other', 'mine']),
);

test.each(['evil.com', 'example.com', 'x.a.example.com', 'localhost.evil.com', 'offshoot-gateway'])(
  'F22: %s is nobody’s',
  (host) => expect(found(host)).toBeUndefined(),
);

test('a host that is known has no previews rather than those of others', () => {
  expect(found('new.example.com', true)).toEqual([]);
  expect(found('localhost', true)).toEqual([]);
});
