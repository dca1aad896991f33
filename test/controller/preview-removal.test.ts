import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { kinds } from '../../src/model/kinds.ts';
import { FINALIZER } from '../../src/model/labels.ts';
import { aPreview, aRawDagRepository, HEAD } from '../support/builders.ts';
import { aProduct, inMemory } from '../support/memory-product.ts';
import { aGrantedPreview, BRANCH } from './preview-world.ts';

const done = { kind: 'Done' };

/** One that runs, and whose branch is gone: proven, so that the Preview is being deleted. */
async function aDeletedPreview() {
  const it = await aGrantedPreview();
  await it.start();
  const preview = it.preview();
  it.heads.clear();
  it.pass(120_000);
  await it.reconcileRepository();
  it.pass(2_000);
  await it.reconcileRepository();
  it.wrote();
  return { ...it, gone: preview };
}

const kindsLeft = (it: { store: { list(): { kind: string }[] } }) => [
  ...new Set(it.store.list().map(({ kind }) => kind)),
];

test('a branch that is gone takes everything with it: fences are held while pods live, and the finalizer comes off last', async () => {
  const it = await aDeletedPreview();
  expect(await it.look()).toEqual({ kind: 'RequeueAfter', ms: 250 });
  expect(it.wrote()).toEqual([
    'patch NetworkPolicy/isolation',
    `delete Namespace/${it.namespace}`,
    `deleteCollection Pod/${it.namespace}`,
    'patch NetworkPolicy/isolation',
    `apply Preview/${it.gone.metadata.name}/status`,
    expect.stringContaining('create Event/') as string,
  ]);
  expect(it.ready()).toMatchObject({ reason: 'Removing' });
  it.collect();
  expect(await it.look()).toEqual(done);
  expect(it.previews()).toEqual([]);
  expect(kindsLeft(it).sort()).toEqual(['DagRepository', 'Event', 'Job']);
});

test('until the namespace is gone the Preview stays, and nothing is said twice', async () => {
  const it = await aDeletedPreview();
  await it.look();
  it.wrote();
  await it.look();
  expect(it.wrote()).toEqual([]);
  expect(it.preview().metadata.finalizers).toEqual([FINALIZER]);
});

test('what a removal waits for is said once it has lasted', async () => {
  const it = await aDeletedPreview();
  await it.look();
  it.pass(10_000);
  await it.look();
  expect(it.ready()?.message).toContain(`Waiting for namespace ${it.namespace}`);
});

test('B19: a branch that was pushed again while its old namespace hangs is not told as gone', async () => {
  const it = await aDeletedPreview();
  await it.look();
  expect(it.ready()?.message).not.toContain('gone');
  it.pass(60_000);
  const pushed = {
    'offshoot.dev/check-requested': new Date(Date.now()).toISOString(),
    'offshoot.dev/expected-head': HEAD,
  };
  await it.editPreview({ metadata: { annotations: pushed } });
  await it.look();
  const again =
    'The branch was pushed again. Its old namespace is still being removed; afterwards the preview is created again.';
  expect(it.ready()).toMatchObject({
    reason: 'Removing',
    message: `${again} Waiting for namespace ${it.namespace}`,
  });
  it.pass(70_000);
  await it.look();
  expect(it.ready()).toMatchObject({
    reason: 'RemovalStuck',
    message: `${again} Still there: namespace ${it.namespace}`,
  });
  it.collect();
  await it.look();
  it.heads.set(BRANCH, HEAD);
  it.pass(120_000);
  await it.reconcileRepository();
  expect(it.preview().metadata.uid).not.toBe(it.gone.metadata.uid);
});

test.each([
  ['the namespace cannot be deleted', 'delete', 'Namespace'],
  ['the pods cannot be deleted', 'deleteCollection', 'Pod'],
  ['the fences cannot be held', 'patch', 'NetworkPolicy'],
] as const)(
  'where %s, it is tried again, and the next look goes on from there',
  async (_what, verb, kind) => {
    const it = await aDeletedPreview();
    it.fail(verb, kind, new ClusterError('Unavailable', 'try later'), { times: 1 });
    expect(await it.look()).toMatchObject({ kind: 'Retry', error: { code: 'Unavailable' } });
    expect(it.ready()).toMatchObject({ status: 'False', reason: 'Removing' });
    if (kind === 'NetworkPolicy') expect(it.wrote().filter((one) => one.startsWith('delete'))).toEqual([]);
    await it.look();
    it.collect();
    expect(await it.look()).toEqual(done);
    expect(it.previews()).toEqual([]);
  },
);

test('a finalizer that cannot be taken off is tried again; one that is off already is no error', async () => {
  const it = await aDeletedPreview();
  await it.look();
  it.collect();
  const lost = new ClusterError('Unreachable', 'no answer');
  it.fail('patch', 'Preview', lost, { times: 1, done: true });
  it.watches.hold();
  expect(await it.look()).toEqual({ kind: 'Retry', error: lost });
  expect(it.previews()).toEqual([]);
  expect(await it.reconcilePreview(it.gone)).toEqual(done);
});

test('a Preview of the same name that came since keeps its finalizer', async () => {
  const it = await aDeletedPreview();
  await it.look();
  it.collect();
  it.watches.hold();
  it.store.remove(it.preview());
  const { name, namespace = '' } = it.gone.metadata;
  const metadata = { name, namespace, finalizers: [FINALIZER] };
  await it.cluster.create({ ...it.gone, metadata });
  expect(await it.reconcilePreview(it.gone)).toEqual(done);
  expect(it.preview().metadata.finalizers).toEqual([FINALIZER]);
});

test('a suspended Preview loses its namespace and stays; its slot is free afterwards', async () => {
  const it = await aGrantedPreview();
  await it.start();
  await it.editPreview({ spec: { suspend: true } });
  await it.look();
  it.collect();
  await it.look();
  expect(it.ready()).toMatchObject({ reason: 'Suspended' });
  expect(it.store.list().some(({ kind }) => kind === 'Namespace')).toBe(false);
  await it.reconcileRepository();
  expect(it.preview().status?.admitted).toBeUndefined();
});

test('without its DagRepository a Preview loses its namespace and stays', async () => {
  const it = await aGrantedPreview();
  await it.start();
  it.store.remove(it.store.get({ namespace: 'offshoot', name: 'dags' })!);
  await it.look();
  it.collect();
  await it.look();
  expect(it.ready()).toMatchObject({ reason: 'RepositoryNotFound' });
  expect(kindsLeft(it)).not.toContain('Namespace');
});

test('I5: nothing is torn down while the API server does not agree with the caches', async () => {
  const it = await aGrantedPreview();
  await it.start();
  await it.editPreview({ spec: { suspend: true } });
  it.watches.hold();
  await it.editPreview({ spec: { suspend: false } });
  it.wrote();
  const { namespace = '', name } = it.preview().metadata;
  expect(await it.reconcilePreview(it.preview())).toEqual({ kind: 'RequeueAfter', ms: 1_000 });
  expect(it.wrote()).toEqual([]);
  expect(await it.cluster.get({ kind: kinds.Preview, namespace, name })).toBeDefined();
});

test('a Preview that cannot be read any more is removed all the same', async () => {
  const deleting = aPreview({ deleting: true });
  const unreadable = {
    ...deleting,
    metadata: { ...deleting.metadata, finalizers: [FINALIZER] },
    spec: { ...deleting.spec, suspend: 'perhaps' },
  };
  const world = await aProduct([aRawDagRepository(inMemory()), unreadable]);
  expect(await world.reconcilePreview(deleting)).toEqual(done);
  expect(world.previews()).toEqual([]);
});
