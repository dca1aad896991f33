import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createIntake } from '../../src/intake/mark.ts';
import { annotation, FINALIZER, label } from '../../src/model/labels.ts';
import { previewName } from '../../src/model/names.ts';
import { openMark } from '../../src/model/preview.ts';
import { aDagRepository, aMark, aPreview, HEAD, NOW } from '../support/builders.ts';
import { hostileNames } from '../support/hostile-names.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Cache, KubeObject, Ref } from '../../src/cluster/api.ts';
import type { Preview } from '../../src/model/preview.ts';

/** Intake over a world; `seen` is what its cache knows, which may be older than the world. */
function anIntake(world: Preview[] = [], seen: Preview[] = world) {
  const { cluster, store } = aCluster(world);
  const previews = { list: () => seen } as Cache<Preview>;
  const intake = createIntake({ cluster, previews, now: () => NOW });
  const push = (branch: string, expectedHead: string | undefined = HEAD, repository = aDagRepository()) =>
    intake.mark(repository, { kind: 'branch', branch, expectedHead, pusher: 'dana' }, 'delivery-1');
  return { push, cluster, previews: () => store.list() as Preview[] };
}

test('a branch that nobody knows gets a Preview in one write, with finalizer, mark and owner', async () => {
  const { push, previews } = anIntake();
  expect(await push('feature/hardy')).toBe('created');
  expect(previews()).toHaveLength(1);
  expect(previews()[0]).toMatchObject({
    metadata: {
      name: previewName('offshoot', 'dags', 'feature/hardy'),
      namespace: 'offshoot',
      finalizers: [FINALIZER],
      labels: { [label.madeBy]: 'intake', [label.repository]: 'dags' },
      annotations: {
        [annotation.checkRequested]: NOW.toISOString(),
        [annotation.expectedHead]: HEAD,
        [annotation.pusher]: 'dana',
      },
    },
    spec: { repositoryRef: { name: 'dags' }, branch: 'feature/hardy' },
  });
});

test('a branch that has a Preview gets a mark, and its spec stays', async () => {
  const known = aPreview({ annotations: aMark({ requested: 'T0', expectedHead: 'absent' }) });
  const { push, previews } = anIntake([known]);
  expect(await push('feature/hardy')).toBe('marked');
  expect(previews()).toHaveLength(1);
  expect(openMark(previews()[0]!)).toMatchObject({
    requested: NOW.toISOString(),
    expectedHead: HEAD,
    pusher: 'dana',
  });
  expect(previews()[0]!.spec).toEqual(known.spec);
});

test('a delivery that expects nothing takes back what an older one expected', async () => {
  const { cluster, store } = aCluster([
    aPreview({ annotations: aMark({ requested: 'T0', expectedHead: 'absent' }) }),
  ]);
  const intake = createIntake({ cluster, previews: { list: () => [] }, now: () => NOW });
  await intake.mark(
    aDagRepository(),
    { kind: 'branch', branch: 'feature/hardy', expectedHead: undefined, pusher: undefined },
    'd',
  );
  expect(openMark(store.list()[0] as Preview)).toMatchObject({ expectedHead: undefined });
});

test('a Preview made by hand under another name is marked, and no second one is made', async () => {
  const { push, previews } = anIntake([aPreview({ name: 'mine', byHand: true })]);
  expect(await push('feature/hardy')).toBe('marked');
  expect(previews().map(({ metadata }) => metadata.name)).toEqual(['mine']);
});

test('one that is already being deleted is marked as well: its disappearance asks for another look', async () => {
  const { push, previews } = anIntake([aPreview({ deleting: true })]);
  expect(await push('feature/hardy')).toBe('marked');
  expect(openMark(previews()[0]!)).toBeDefined();
});

test.each([
  ['has not seen the Preview yet', [aPreview()], []],
  ['still has one that is gone', [], [aPreview({ name: 'gone' })]],
])('a cache that %s loses no mark', async (_what, world, seen) => {
  const { push, previews } = anIntake(world, seen);
  expect(['marked', 'created']).toContain(await push('feature/hardy'));
  expect(openMark(previews().find(({ spec }) => spec.branch === 'feature/hardy')!)).toBeDefined();
});

test('a deletion of a branch that has no Preview makes none', async () => {
  const { push, previews } = anIntake();
  expect(await push('feature/hardy', 'absent')).toBe('nothing to do');
  expect(previews()).toEqual([]);
});

test('a branch that no pattern matches is ignored, Preview or not', async () => {
  const { push, previews } = anIntake([aPreview({ branch: 'main' })]);
  expect(await push('main')).toBe('no pattern matches');
  expect(openMark(previews()[0]!)).toBeUndefined();
});

test('equal branches of two repositories do not meet', async () => {
  const { push, previews } = anIntake([aPreview({ repository: 'other' })]);
  expect(await push('feature/hardy')).toBe('created');
  expect(previews()).toHaveLength(2);
});

test('two deliveries of a new branch at the same moment make one Preview, with a mark', async () => {
  const { push, previews } = anIntake();
  expect((await Promise.all([push('feature/hardy'), push('feature/hardy')])).sort()).toEqual([
    'created',
    'marked',
  ]);
  expect(previews()).toHaveLength(1);
});

test('every hostile name makes a Preview of its own that holds it exactly', async () => {
  const { push, previews } = anIntake();
  const all = aDagRepository({ branches: { include: ['**'] } });
  for (const name of hostileNames) await push(name, HEAD, all);
  expect(
    previews()
      .map(({ spec }) => spec.branch)
      .sort(),
  ).toEqual([...hostileNames].sort());
});

test.each(['Unavailable', 'Timeout', 'Forbidden', 'Conflict'] as const)(
  'the API that answers %s is an error, never a success',
  async (code) => {
    const { push, cluster } = anIntake();
    const no = () => Promise.reject(new ClusterError(code, 'no'));
    cluster.create = no;
    cluster.patch = no;
    await expect(push('feature/hardy')).rejects.toMatchObject({ code });
  },
);

test('a look at a repository is asked for by an annotation on its DagRepository, or needed no more', async () => {
  const repository = aDagRepository();
  const { cluster, store } = aCluster([repository]);
  const previews = { list: () => [] as Preview[] } as unknown as Cache<Preview>;
  const intake = createIntake({ cluster, previews, now: () => NOW });
  await intake.check(repository, 'delivery-1');
  expect(store.list()[0]?.metadata.annotations).toEqual({
    [annotation.checkRequested]: NOW.toISOString(),
    [annotation.delivery]: 'delivery-1',
  });
  await intake.check(aDagRepository({ name: 'gone' }));
});

/** Intake over a world in which the DagRepository is there. */
function withRepository(world: Preview[] = [], seen: Preview[] = world) {
  const repository = aDagRepository();
  const { cluster, store } = aCluster([repository, ...world]);
  const intake = createIntake({ cluster, previews: { list: () => seen }, now: () => NOW });
  const push = (expectedHead = HEAD) =>
    intake.mark(repository, { kind: 'branch', branch: 'feature/hardy', expectedHead, pusher: 'dana' }, 'd-1');
  const asked = () =>
    store.get({ namespace: 'offshoot', name: 'dags' })?.metadata.annotations?.[annotation.checkRequested];
  const previews = () => store.list().filter(({ kind }) => kind === 'Preview') as Preview[];
  return { push, asked, cluster, previews };
}

test.each(['Invalid', 'Forbidden', 'BadRequest'] as const)(
  'F1: a branch whose Preview is refused (%s) is an answer, not a failure: the DagRepository is asked to say so',
  async (code) => {
    const { push, asked, cluster, previews } = withRepository();
    const said = `${'quota exceeded: '.repeat(50)}`;
    cluster.create = () => Promise.reject(new ClusterError(code, `POST previews: ${said}`, { said }));
    const result = await push();
    expect(result).toMatch(/^refused: quota exceeded: .*…$/);
    expect(result.length).toBeLessThan(420);
    expect(asked()).toBe(NOW.toISOString());
    expect(previews()).toEqual([]);
  },
);

const named = previewName('offshoot', 'dags', 'feature/hardy');

test.each([
  ['another branch', aPreview({ branch: 'feature/other', name: named, byHand: true })],
  ['another DagRepository', aPreview({ repository: 'other', name: named, byHand: true })],
  ['what cannot be read', aPreview({ branch: 'a\0b', name: named, byHand: true })],
])('F8: a Preview of %s on the branch’s name is never marked in its place', async (_what, thief) => {
  for (const seen of [[thief], []]) {
    const { push, asked, previews } = withRepository([thief], seen);
    expect(await push()).toMatch(/^refused: Preview offshoot\/dags-feature-hardy-.* Delete that Preview/);
    expect(asked()).toBe(NOW.toISOString());
    expect(await push('absent')).toBe('nothing to do');
    expect(previews()).toMatchObject([{ metadata: { annotations: {} }, spec: thief.spec }]);
  }
});

test('F8: a Preview that was replaced by another branch’s a moment ago is not marked either', async () => {
  const known = aPreview({ uid: 'before' });
  const thief = aPreview({ branch: 'feature/other', name: named, uid: 'after', byHand: true });
  const seen = [known];
  const { push, previews, cluster } = withRepository([thief], seen);
  const { patch } = cluster;
  cluster.patch = <T extends KubeObject>(...args: Parameters<typeof patch>) =>
    patch<T>(...args).finally(() => seen.splice(0)); // then the cache hears of it
  expect(await push()).toMatch(/^refused: /);
  expect(previews()[0]!.metadata.annotations).toEqual({});
});

test.each(['create', 'patch'] as const)(
  'a Conflict in the %s is tried again within the delivery: nobody delivers it a second time',
  async (method) => {
    const { push, cluster, previews } = withRepository(method === 'create' ? [] : [aPreview()]);
    const real = cluster[method];
    let conflicts = 2;
    const conflicting = (...args: unknown[]): Promise<unknown> =>
      conflicts-- > 0
        ? Promise.reject(new ClusterError('Conflict', 'later'))
        : (real as typeof conflicting)(...args);
    Object.assign(cluster, { [method]: conflicting });
    expect(await push()).toBe(method === 'create' ? 'created' : 'marked');
    expect(openMark(previews()[0]!)).toMatchObject({ requested: NOW.toISOString(), expectedHead: HEAD });
  },
);

test('a Preview that goes between two looks at it is made again, and its mark is not lost', async () => {
  const { push, cluster, previews } = withRepository([aPreview()], []);
  const { get } = cluster;
  cluster.get = async <T extends KubeObject>(ref: Ref) => {
    await cluster.delete(ref);
    return get<T>(ref);
  };
  expect(await push()).toBe('created');
  expect(openMark(previews()[0]!)).toMatchObject({ expectedHead: HEAD });
});

test('F6: a Preview in the cache that has no spec at all is in nobody’s way', async () => {
  const bare = { ...aPreview({ name: 'bare' }), spec: undefined } as unknown as Preview;
  const { push, previews } = anIntake([bare]);
  expect(await push('feature/hardy')).toBe('created');
  expect(previews()).toHaveLength(2);
});
