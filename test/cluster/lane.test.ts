import { afterEach, expect, test, vi } from 'vitest';
import { createLanes } from '../../src/cluster/lane.ts';
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

afterEach(() => void vi.useRealTimers());

const about = (path: string, method: Call['method'] = 'GET'): Call => ({
  verb: 'get',
  method,
  path,
  resource: 'pods',
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('so many requests are open at a time, and the others follow in order, whatever comes of those before', async () => {
  const { transport, open } = aServer();
  const { background } = createLanes(transport, 2);
  const ended: string[] = [];
  const ask = (path: string) =>
    background.send(about(path), 1_000).then(
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

test('interactive requests wait for nobody; while many writes come the others go one at a time, with pauses, and afterwards as before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const { transport, open } = aServer();
  const { interactive, background } = createLanes(transport, 2);
  const answer = async (...paths: string[]) => {
    for (const path of paths) open.get(path)!.resolve('');
    await turn();
  };
  const five = ['1', '2', '3', '4', '5'];
  for (const path of five.slice(0, 4)) void interactive.send(about(path, 'POST'), 1_000);
  for (const path of ['a', 'b', 'c', 'd', 'e']) void background.send(about(path), 1_000);
  await turn();
  expect([...open.keys()]).toEqual(['1', '2', '3', '4', 'a', 'b']);
  // Not reads: a stranger's wrong signature causes one.
  for (const path of ['6', '7', '8', '9']) void interactive.send(about(path), 1_000);
  expect(open.size).toBe(10);
  void interactive.send(about('5', 'POST'), 1_000);
  vi.advanceTimersByTime(40);
  await answer(...five, '6', '7', '8', '9', 'a', 'b');
  expect([...open.keys()]).toEqual([]);
  vi.advanceTimersByTime(39);
  await turn();
  expect([...open.keys()]).toEqual([]);
  vi.advanceTimersByTime(1);
  await turn();
  expect([...open.keys()]).toEqual(['c']);
  vi.advanceTimersByTime(920);
  await turn();
  expect([...open.keys()]).toEqual(['c', 'd']);
});

test('a watch waits for nobody', async () => {
  const { transport } = aServer();
  const { background } = createLanes(transport, 1);
  void background.send(about('a'), 1_000);
  const { signal } = new AbortController();
  await expect(background.stream({ ...about('b'), signal })).resolves.toBeDefined();
});
