import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/cluster/api.ts';
import { connect, type Connection } from '../../src/cluster/connect.ts';
import { kinds } from '../../src/model/kinds.ts';
import { kubeconfig } from '../support/kubeconfig.ts';

const namespace = 'cluster-test';
let connection: Connection;

const aConfigMap = (name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels: { kept: 'yes' } },
  ...more,
});

beforeAll(async () => {
  connection = await connect({ kubeconfig: kubeconfig() });
  await connection.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
});
afterAll(async () => {
  await connection.cluster.delete({ kind: kinds.Namespace, name: namespace });
  await connection.close();
});

test('the table of kinds says what the API server says', async () => {
  const { cluster } = connection;
  interface Resources {
    resources: { name: string; kind: string; namespaced: boolean }[];
  }
  for (const kind of Object.values(kinds)) {
    if (kind.apiVersion.startsWith('offshoot.dev/')) continue;
    const path = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
    const { resources } = (await cluster.raw('GET', path)) as Resources;
    const found = resources.find(({ name }) => name === kind.plural);
    expect({ ...kind, kind: found?.kind, namespaced: found?.namespaced }).toEqual(kind);
  }
});

test('a stale precondition refuses a delete and a patch', async () => {
  const { cluster } = connection;
  const ref = { kind: kinds.ConfigMap, namespace, name: 'guarded' };
  const { metadata } = await cluster.create(aConfigMap('guarded'));
  const options = { fieldManager: 'test' };
  await cluster.patch(
    ref,
    { metadata: { resourceVersion: metadata.resourceVersion }, data: { a: '1' } },
    options,
  );
  const again = cluster.patch(ref, { metadata: { resourceVersion: metadata.resourceVersion } }, options);
  await expect(again).rejects.toMatchObject({ code: 'Conflict' });
  for (const stale of [
    { uid: 'another' },
    { uid: metadata.uid, resourceVersion: metadata.resourceVersion },
  ]) {
    await expect(cluster.delete(ref, stale as { uid: string })).rejects.toMatchObject({ code: 'Conflict' });
  }
  await expect(cluster.create(aConfigMap('guarded'))).rejects.toMatchObject({ code: 'AlreadyExists' });
  expect(await cluster.delete(ref, { uid: metadata.uid! })).toBe('deleted');
  expect(await cluster.delete(ref, { uid: metadata.uid! })).toBe('absent');
  expect(await cluster.get(ref)).toBeUndefined();
});

test('the server’s refusals have codes and its own words', async () => {
  const { cluster } = connection;
  const nowhere = { ...aConfigMap('x'), metadata: { name: 'x', namespace: 'no-such-namespace' } };
  await expect(cluster.create(nowhere)).rejects.toMatchObject({
    code: 'NamespaceGone',
    message:
      'POST configmaps no-such-namespace/x: the API server answered 404: namespaces "no-such-namespace" not found',
  });
  const wrong = cluster.apply(aConfigMap('x', { nonsense: 1 }), { fieldManager: 'test' });
  await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining('nonsense') as string });
  await expect(cluster.create(aConfigMap('NO_SUCH NAME'))).rejects.toMatchObject({ code: 'Invalid' });
  // Our kinds are not installed here: a missing kind is not a missing object.
  const unknown = cluster.get({
    kind: { ...kinds.Preview, apiVersion: 'nowhere.dev/v1' },
    namespace,
    name: 'x',
  });
  await expect(unknown).rejects.toMatchObject({ code: 'NotFound' });
});

test('a list longer than a page is complete', async () => {
  const { cluster } = connection;
  const names = Array.from({ length: 520 }, (_, i) => `many-${i}`);
  for (let i = 0; i < names.length; i += 40) {
    await Promise.all(names.slice(i, i + 40).map((name) => cluster.create(aConfigMap(name))));
  }
  const { items } = await cluster.list(kinds.ConfigMap, {
    namespace,
    labelSelector: 'kept=yes',
    metadataOnly: true,
  });
  expect(new Set(items.map(({ metadata }) => metadata.name))).toEqual(new Set(names));
  expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  expect(items[0]?.metadata.managedFields).toBeDefined();
  await cluster.deleteCollection(kinds.ConfigMap, namespace, { labelSelector: 'kept=yes' });
  expect((await cluster.list(kinds.ConfigMap, { namespace, labelSelector: 'kept=yes' })).items).toEqual([]);
});

test.for([false, true])(
  'a cache follows the server through short connections, metadataOnly %s',
  async (metadataOnly) => {
    const watchTiming = { connectionSeconds: 1, graceSeconds: 2, headersSeconds: 5, healthySeconds: 0.5 };
    const short = await connect({ kubeconfig: kubeconfig(), watchTiming });
    const { cluster } = connection;
    const options = { namespace, labelSelector: 'kept', metadataOnly, keepManagedFields: metadataOnly };
    const cache = short.cluster.watch(kinds.ConfigMap, options);
    const told: string[] = [];
    cache.onChange(({ type, object }) => told.push(`${type} ${object.kind} ${object.metadata.name}`));
    cache.start();
    await cache.synced();
    for (let round = 0; round < 4; round += 1) {
      await cluster.create(aConfigMap('seen', { data: { round: String(round) } }));
      await cluster.patch(
        { kind: kinds.ConfigMap, namespace, name: 'seen' },
        { data: { b: '1' } },
        { fieldManager: 't' },
      );
      await expect.poll(() => told.length).toBe(3 * round + 2);
      const held = cache.get({ namespace, name: 'seen' });
      expect([held?.data, held?.metadata.managedFields === undefined]).toEqual(
        metadataOnly ? [undefined, false] : [{ round: String(round), b: '1' }, true],
      );
      await cluster.delete({ kind: kinds.ConfigMap, namespace, name: 'seen' });
      await expect.poll(() => told.length).toBe(3 * round + 3);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    expect(told.slice(0, 3)).toEqual([
      'added ConfigMap seen',
      'modified ConfigMap seen',
      'deleted ConfigMap seen',
    ]);
    expect(cache.list()).toEqual([]);
    await short.close();
  },
);
