import { expect, test } from 'vitest';
import { createApplier } from '../../src/cluster/applier.ts';
import { refOf } from '../../src/cluster/client.ts';
import { label } from '../../src/model/labels.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { KubeObject } from '../../src/cluster/api.ts';

const aConfigMap = (data: Record<string, string> = { a: '1' }): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'n', labels: { [label.previewUid]: 'u' } },
  data,
});

/** Each `start` is another process: it remembers nothing. */
function aWorld() {
  const { cluster, journal, store } = aCluster();
  const live = (object: KubeObject) => store.get(object.metadata)!;
  return {
    edit: (patch: object) => cluster.patch(refOf(aConfigMap()), patch, { fieldManager: 'kubectl-edit' }),
    /** How it changes at the first look, and how many writes that takes. */
    async start(object = aConfigMap()) {
      const before = journal.length;
      const applier = createApplier(cluster, 'offshoot-controller', () => 0);
      const { change } = await applier.ensure(object, store.get(object.metadata));
      return { change, writes: journal.length - before, data: live(object)['data'] };
    },
  };
}

const nothing = { change: 'skipped', writes: 0, data: { a: '1' } };

test('B09: what another process applied is not applied again', async () => {
  const { start } = aWorld();
  expect(await start()).toMatchObject({ change: 'created' });
  expect(await start()).toEqual(nothing);
});

test('B09: what others add beside it changes nothing', async () => {
  const { start, edit } = aWorld();
  await start();
  await edit({ data: { theirs: 'x' }, metadata: { annotations: { note: 'x' } } });
  expect(await start()).toMatchObject({ change: 'skipped', writes: 0 });
});

test('B09: another rendering is applied', async () => {
  const { start } = aWorld();
  await start();
  expect(await start(aConfigMap({ a: '2' }))).toEqual({ change: 'configured', writes: 1, data: { a: '2' } });
  expect(await start()).toEqual({ change: 'configured', writes: 1, data: { a: '1' } });
});

test.each([
  ['changed', { data: { a: 'theirs' } }],
  ['taken away', { data: { a: null } }],
  ['stripped of its mark', { metadata: { annotations: { 'offshoot.dev/applied': null } } }],
])('B09: what was %s meanwhile is put back', async (_what, patch) => {
  const { start, edit } = aWorld();
  await start();
  await edit(patch);
  expect(await start()).toMatchObject({ writes: 1, data: { a: '1' } });
  expect(await start()).toEqual(nothing);
});

test('B09: a Secret carries no digest of what is in it, and so is applied once after a start', async () => {
  const secret = { ...aConfigMap({ password: 'MQ==' }), kind: 'Secret' };
  const { start } = aWorld();
  await start(secret);
  expect(await start(secret)).toMatchObject({ change: 'unchanged', writes: 1 });
});
