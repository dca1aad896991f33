import { expect, test } from 'vitest';
import { createApplier } from '../../src/cluster/applier.ts';
import { refOf } from '../../src/cluster/client.ts';
import { label } from '../../src/model/labels.ts';
import { createReadYourWrites } from '../../src/model/read-your-writes.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Cluster, KubeObject } from '../../src/cluster/api.ts';

const desired: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'n', labels: { [label.previewUid]: 'u' } },
  data: { a: '1' },
};

/** An applier that has applied at version 9000; `live` is what the API server holds since, in the version that it says. */
async function anApplier() {
  const { cluster, journal } = aCluster();
  let at = 0;
  let live: KubeObject | undefined;
  const versioned = (object: KubeObject, resourceVersion: string): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion },
  });
  const applier = createApplier(
    {
      ...cluster,
      get: async <T extends KubeObject>(ref: Parameters<Cluster['get']>[0]) =>
        (live ?? (await cluster.get(ref))) as T | undefined,
      apply: async <T extends KubeObject>(object: T, options: Parameters<Cluster['apply']>[1]) =>
        versioned(await cluster.apply(object, options), '9000') as T,
    },
    'offshoot-controller',
    () => at,
  );
  const { object: applied } = await applier.ensure(desired, undefined);
  journal.splice(0);
  return {
    journal,
    pass: (ms: number) => void (at += ms),
    edited: (version: string) =>
      cluster
        .patch<KubeObject>(refOf(desired), { data: { a: 'theirs' } }, { fieldManager: 'kubectl-edit' })
        .then((object) => versioned(object, version)),
    applied,
    versioned,
    holds: (object: KubeObject) => void (live = object),
    ensure: (seen: KubeObject) => applier.ensure(desired, seen),
  };
}

test('B15: after a restored backup what is older than our own write is the truth, and is mended', async () => {
  const { ensure, edited, holds, pass, journal } = await anApplier();
  const restored = await edited('5100');
  holds(restored);
  journal.splice(0);
  expect((await ensure(restored)).change, 'at first it may be a cache that is late').toBe('skipped');
  pass(60_000);
  expect((await ensure(restored)).change).toBe('configured');
  expect(journal).toEqual(['apply ConfigMap/settings']);
});

test('B15: a backup that holds what we applied costs no write', async () => {
  const { ensure, applied, versioned, holds, pass, journal } = await anApplier();
  const restored = versioned(applied, '5000');
  holds(restored);
  pass(60_000);
  expect((await ensure(restored)).change).toBe('skipped');
  expect(journal).toEqual([]);
});

test('B15: a cache that is very late resets nothing: the API server has the last word', async () => {
  const { ensure, applied, edited, holds, pass, journal } = await anApplier();
  const late = await edited('8990');
  holds(applied);
  journal.splice(0);
  pass(60_000);
  expect((await ensure(late)).change).toBe('skipped');
  expect(journal).toEqual([]);
});

test('B15: what was granted is believed against the cache for as long as a cache may be late', () => {
  let at = 0;
  const { remember, of } = createReadYourWrites(() => at);
  const version = (resourceVersion: string) => ({
    ...desired,
    metadata: { ...desired.metadata, uid: 'x', resourceVersion },
  });
  remember(version('9000'));
  expect(of(version('5000'))).toEqual(version('9000'));
  at = 60_000;
  expect(of(version('5000'))).toEqual(version('5000'));
});
