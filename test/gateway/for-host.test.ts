import { expect, test } from 'vitest';
import { forHost } from '../../src/gateway/for-host.ts';
import { aDestination } from './a-destination.ts';

const one = aDestination({ host: 'a.example.com', repository: 'one' });
const other = aDestination({ host: 'b.example.com:8443', repository: 'other' });
const found = (host: string | undefined) => forHost([one, other], host).map(({ repository }) => repository);

test.each([
  ['a.example.com', ['one']],
  ['A.example.com', ['one']],
  ['b.example.com:8443', ['other']],
  ['127.0.0.1:8081', ['one', 'other']],
  [undefined, ['one', 'other']],
])('whoever asks %s may be sent to %s', (host, repositories) => {
  expect(found(host)).toEqual(repositories);
});
