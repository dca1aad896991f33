import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { readPreview } from '../../src/model/preview.ts';
import { Problem } from '../../src/model/problem.ts';
import { previewName } from '../../src/model/names.ts';
import { aPreview, HEAD } from '../support/builders.ts';
import { aWorld } from './branches-world.ts';
import type { KubeObject } from '../../src/model/object.ts';

/** The API server will not have the Previews of these branches. */
function refusing(world: ReturnType<typeof aWorld>, code: ClusterError['code'], ...branches: string[]) {
  const { create } = world.cluster;
  const asked: string[] = [];
  world.cluster.create = async <T extends KubeObject>(object: T) => {
    const { branch } = object['spec'] as { branch: string };
    asked.push(branch);
    if (!branches.includes(branch)) return create(object);
    throw new ClusterError(code, `POST previews: ${code}`, { said: `no ${branch} here` });
  };
  return { asked, relent: () => void branches.splice(0) };
}

const removed = aPreview({ branch: 'feature/removed', uid: 'removed', status: { branch: { head: HEAD } } });

test.each(['Invalid', 'Forbidden', 'BadRequest', 'Internal'] as const)(
  'F1, F2: a branch whose Preview is refused (%s) keeps no other from being made, and none from going',
  async (code) => {
    const world = aWorld([removed], ['a/bad', 'feature/new']);
    refusing(world, code, 'a/bad');
    await world.follow(5_000);
    expect(world.branches()).toEqual(['feature/new']);
    expect(world.refused()).toEqual({ 'a/bad': 'no a/bad here' });
    expect(world.log.filter((line) => line === 'branch gets no preview')).toHaveLength(1);
  },
);

test.each(['Unavailable', 'Unreachable', 'TooManyRequests'] as const)(
  'F2: %s is the API server’s own trouble: said to the queue, once every branch was tried',
  async (code) => {
    const world = aWorld([removed], ['a/bad', 'feature/new']);
    const { relent } = refusing(world, code, 'a/bad');
    await expect(world.run()).rejects.toMatchObject({ code });
    expect(world.branches()).toEqual(['feature/removed', 'feature/new']);
    expect(world.refused()).toEqual({});
    await world.follow(3_000);
    expect(world.branches()).toEqual(['feature/new']);
    relent();
    await world.run();
    expect(world.branches()).toEqual(['feature/new', 'a/bad']);
  },
);

test('F1: what is refused is tried again alone, later each time, without another listing', async () => {
  const world = aWorld([], ['a/bad', 'feature/new']);
  const { asked } = refusing(world, 'Invalid', 'a/bad');
  await world.follow(119_000);
  expect(world.listings()).toBe(1);
  // At 0, 1, 3, 7, 15, 31 and 63 seconds.
  expect(asked.filter((branch) => branch === 'a/bad')).toHaveLength(7);
  expect(asked.filter((branch) => branch === 'feature/new')).toHaveLength(1);
});

test('F1: it never waits longer than five minutes, and is made once it is let in', async () => {
  const world = aWorld([], ['a/bad']);
  const { asked, relent } = refusing(world, 'Invalid', 'a/bad');
  await world.follow(3_600_000);
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.length).toBeLessThan(25);
  relent();
  await world.follow(300_000);
  expect(world.branches()).toEqual(['a/bad']);
  expect(world.refused()).toEqual({});
});

test('F1: it is tried again at once when the DagRepository has changed, and soon when somebody asks', async () => {
  const world = aWorld([], ['a/bad']);
  const { asked } = refusing(world, 'Invalid', 'a/bad');
  await world.follow(3_600_000);
  world.memories.startAnew('offshoot/dags');
  const before = asked.length;
  await world.run();
  expect(asked).toHaveLength(before + 1);
  await world.follow(3_600_000);
  world.memories.requestListing('offshoot/dags');
  const then = asked.length;
  await world.follow(10_000);
  expect(asked.length).toBeGreaterThan(then);
});

test('F1: a thousand refused branches are tried again a few at a time', async () => {
  const branches = Array.from({ length: 1_000 }, (_, at) => `bad/${at}`);
  const world = aWorld([], branches);
  const { asked } = refusing(world, 'Forbidden', ...branches);
  await world.run();
  expect(Object.keys(world.refused())).toHaveLength(1_000);
  world.pass(60_000);
  const before = asked.length;
  expect(await world.run()).toBeGreaterThanOrEqual(1_000);
  expect(asked.length - before).toBe(20);
});

test('F1: a refused branch that is deleted is forgotten', async () => {
  const world = aWorld([], ['a/bad']);
  refusing(world, 'Invalid', 'a/bad');
  await world.run();
  world.heads.clear();
  world.heads.set('main', HEAD);
  await world.follow(121_000);
  expect(world.refused()).toEqual({});
});

test('F2: a Preview whose deletion is refused keeps no other from going; it is tried again until it is let go', async () => {
  const held = aPreview({ branch: 'feature/held', uid: 'held', status: { branch: { head: HEAD } } });
  const world = aWorld([held, removed], ['main']);
  const remove = world.cluster.delete;
  let holding = true;
  world.cluster.delete = async (ref, options) => {
    if (holding && options?.uid === 'held') throw new ClusterError('Forbidden', 'not this one');
    return remove(ref, options);
  };
  await world.follow(10_000);
  expect(world.branches()).toEqual(['feature/held', 'main']);
  expect([...world.memory.unsettled.values()]).toMatchObject([
    { branch: 'feature/held', words: 'not this one' },
  ]);
  holding = false;
  await world.follow(30_000);
  expect(world.branches()).toEqual(['main']);
  expect(world.memory.unsettled.size).toBe(0);
});

test('F2: nor does one that no pattern matches any more, and whose deletion is refused', async () => {
  const held = aPreview({ branch: 'feature/held', uid: 'held', status: { branch: { head: HEAD } } });
  const world = aWorld([held], ['feature/held']);
  world.repository.spec.branches.include = ['main'];
  const remove = world.cluster.delete;
  world.cluster.delete = async () => Promise.reject(new ClusterError('Forbidden', 'not this one'));
  await world.follow(3_000);
  world.cluster.delete = remove;
  await world.follow(10_000);
  expect(world.branches()).toEqual([]);
});

test('F6: whatever is thrown over one branch stops neither proof nor removal of another', async () => {
  const odd = aPreview({ branch: 'feature/odd', uid: 'odd', byHand: true });
  const world = aWorld([odd, removed], ['feature/new']);
  const { lookUp } = world.host;
  world.host.lookUp = async (branch) => {
    if (branch === 'feature/odd') throw new TypeError('an argument that cannot be');
    return lookUp(branch);
  };
  await world.follow(5_000);
  expect(world.branches()).toEqual(['feature/odd', 'feature/new']);
  expect([...world.memory.unsettled.values()]).toMatchObject([
    { branch: 'feature/odd', words: 'an argument that cannot be' },
  ]);
  expect(world.listings()).toBeLessThan(5);
});

test('a code host that does not answer is the repository’s trouble, whichever branch was asked about', async () => {
  const world = aWorld([removed], ['main']);
  world.host.lookUp = async () => Promise.reject(new Problem('GitUnreachable', 'It does not answer.'));
  await expect(world.run()).rejects.toMatchObject({ reason: 'GitUnreachable' });
  expect(world.branches()).toEqual(['feature/removed', 'main']);
});

test('F6: a Preview with a NUL in its branch cannot be read, and stops nothing of its repository', async () => {
  const nul = aPreview({ branch: 'a\0b', uid: 'nul', byHand: true, name: 'mine' });
  expect(readPreview(nul)).toMatchObject({
    ok: false,
    message: expect.stringContaining('control characters') as string,
  });
  const world = aWorld([nul, removed], ['feature/new']);
  await world.follow(5_000);
  expect(world.branches()).toEqual(['a\0b', 'feature/new']);
});

const victim = 'feature/victim';
const taking = (parts: Partial<Parameters<typeof aPreview>[0]> = {}) =>
  aPreview({
    branch: 'feature/other',
    name: previewName('offshoot', 'dags', victim),
    byHand: true,
    uid: 'thief',
    status: { branch: { head: HEAD } },
    ...parts,
  });

test.each([
  ['another branch', taking(), /is for branch feature\/other of DagRepository dags\. Delete that Preview/],
  ['another DagRepository', taking({ repository: 'others', branch: victim }), /of DagRepository others/],
  ['nothing that can be read', taking({ branch: 'a\0b' }), /but is invalid/],
])(
  'F8: a Preview of %s on a branch’s name is named, left alone, and in nobody else’s way',
  async (_what, thief, words) => {
    const world = aWorld([thief, removed], ['feature/other', victim, 'feature/new']);
    await world.follow(5_000);
    expect(world.refused()).toEqual({ [victim]: expect.stringMatching(words) as string });
    expect(world.branches()).toEqual(expect.arrayContaining([thief.spec.branch, 'feature/new']));
    expect(world.branches()).not.toContain('feature/removed');
    expect(world.store.byUid('thief')?.metadata.annotations).toEqual({});

    world.store.remove(thief);
    await world.run(); // its deletion causes one
    expect(world.branches()).toContain(victim);
    expect(world.refused()).toEqual({});
  },
);

test('F8: one that the cache does not show yet is seen all the same', async () => {
  const world = aWorld([taking()], [victim, 'feature/other']);
  world.cache.lags = true;
  await world.run();
  expect(world.refused()).toEqual({ [victim]: expect.stringMatching(/Delete that Preview/) as string });
});

test('a name that is too long for a Preview is said', async () => {
  const world = aWorld([], ['x'.repeat(1_001)]);
  await world.run();
  expect(Object.values(world.refused())).toEqual([expect.stringContaining('longer than 1000 characters')]);
});

test('F13: the wall clock is set back an hour: the next listing, proof and try come when they would have', async () => {
  const world = aWorld([removed], ['a/bad', 'feature/removed']);
  const { relent } = refusing(world, 'Invalid', 'a/bad');
  await world.run();
  world.heads.set('feature/unheard', HEAD);
  world.heads.delete('feature/removed');
  relent();
  world.pass(0, -3_600_000);
  await world.follow(125_000);
  expect(world.branches().sort()).toEqual(['a/bad', 'feature/unheard']);
});

test('removals never wait for creations: while a Preview is being made without end, those whose branch is gone go', async () => {
  const world = aWorld([removed], ['feature/new']);
  await world.run();
  world.heads.set('feature/next', HEAD);
  world.cluster.create = () => new Promise(() => undefined);
  world.pass(120_000);
  void world.run();
  await new Promise(setImmediate);
  expect(world.branches()).not.toContain('feature/removed');
});
