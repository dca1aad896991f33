import { expect, test } from 'vitest';
import { createLane } from '../../src/cluster/lane.ts';
import type { Call, Transport } from '../../src/cluster/transport.ts';

/** A server that answers when told to. */
function aServer() {
  const open = new Map<string, PromiseWithResolvers<string>>();
  const transport: Transport = {
    send: ({ path }) => {
      const answer = Promise.withResolvers<string>();
      open.set(path, answer);
      return answer.promise.finally(() => open.delete(path));
    },
    stream: async () => (async function* () {})(),
  };
  return { transport, open };
}

const about = (path: string): Call => ({ verb: 'get', method: 'GET', path, resource: 'pods' });
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('so many requests are open at a time, and the others follow in order, whatever comes of those before', async () => {
  const { transport, open } = aServer();
  const lane = createLane(transport, 2);
  const ended: string[] = [];
  const ask = (path: string) =>
    lane.send(about(path), 1_000).then(
      () => ended.push(path),
      () => ended.push(`${path} failed`),
    );
  const all = Promise.all(['a', 'b', 'c', 'd'].map(ask));
  await turn();
  expect([...open.keys()]).toEqual(['a', 'b']);
  open.get('b')!.reject(new Error('no'));
  await turn();
  expect([...open.keys()]).toEqual(['a', 'c']);
  const late = ask('e');
  open.get('a')!.resolve('');
  open.get('c')!.resolve('');
  await turn();
  expect([...open.keys()]).toEqual(['d', 'e']);
  for (const answer of open.values()) answer.resolve('');
  await Promise.all([all, late]);
  expect(ended).toEqual(['b failed', 'a', 'c', 'd', 'e']);
});

test('a watch waits for nobody', async () => {
  const { transport } = aServer();
  const lane = createLane(transport, 1);
  void lane.send(about('a'), 1_000);
  await expect(lane.stream({ ...about('b'), signal: new AbortController().signal })).resolves.toBeDefined();
});
