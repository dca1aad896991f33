import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aPreview } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import { contract } from './contract.ts';

test.for(Object.entries(contract))('in memory as well: %s', ([, holds]) => holds(aCluster().cluster));

const aNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'offshoot' } };
const broken = new ClusterError('Unavailable', 'try later');
const refOf = ({ metadata: { name, namespace = '' } }: ReturnType<typeof aPreview>) => ({
  kind: kinds.Preview,
  namespace,
  name,
});

test('a namespace that is being deleted takes nothing new, and goes once all that it held is gone', async () => {
  const held = aPreview({ deleting: true });
  const { cluster, store, collect } = aCluster([aNamespace, held]);
  await cluster.delete({ kind: kinds.Namespace, name: 'offshoot' });
  await expect(cluster.create(aPreview({ branch: 'new' }))).rejects.toMatchObject({ code: 'NamespaceGone' });
  collect();
  expect(store.list()).toHaveLength(2);
  await cluster.patch(refOf(held), { metadata: { finalizers: [] } }, { fieldManager: 'hand' });
  collect();
  expect(store.list()).toEqual([]);
});

test('a fault is of one verb and kind, and is over when it has been met as often as was said', async () => {
  const preview = aPreview();
  const { cluster, fail } = aCluster([preview, aNamespace]);
  fail('get', 'Preview', broken, { times: 1 });
  expect(await cluster.get({ kind: kinds.Namespace, name: 'offshoot' })).toBeDefined();
  await expect(cluster.get(refOf(preview))).rejects.toBe(broken);
  expect(await cluster.get(refOf(preview))).toMatchObject(preview);
});

test('a fault may strike one object alone, and may be that only the answer got lost', async () => {
  const { cluster, fail, journal, store } = aCluster();
  const relent = fail('create', 'Preview', broken, {
    name: aPreview({ branch: 'bad' }).metadata.name,
    done: true,
  });
  await cluster.create(aPreview({ branch: 'good' }));
  await expect(cluster.create(aPreview({ branch: 'bad' }))).rejects.toBe(broken);
  expect(store.list()).toHaveLength(2);
  expect(journal).toHaveLength(2);
  relent();
  await expect(cluster.create(aPreview({ branch: 'bad' }))).rejects.toMatchObject({ code: 'AlreadyExists' });
});

test('caches that are held hear of everything once they are released, in order', async () => {
  const { cluster, watches } = aCluster();
  const cache = cluster.watch(kinds.Preview);
  cache.start();
  watches.hold();
  await cluster.create(aPreview());
  await cluster.delete(refOf(aPreview()));
  await cluster.create(aPreview({ branch: 'other' }));
  expect(cache.list()).toEqual([]);
  watches.release();
  expect(cache.list()).toHaveLength(1);
});
