import { expect, vi } from 'vitest';
import { signature } from '../../src/cluster/drift.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aPreview } from '../support/builders.ts';
import type { Change, Cluster, KubeObject, Ref } from '../../src/cluster/api.ts';

export const NAMESPACE = 'contract';
const refTo = (name: string): Ref => ({ kind: kinds.Preview, namespace: NAMESPACE, name });
const by = (fieldManager: string) => ({ fieldManager });
const status = (fieldManager: string) => ({ fieldManager, force: true, subresource: 'status' }) as const;
const eventually = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 10_000, interval: 20 });

const apiVersion = kinds.Preview.apiVersion;
const said = (name: string, parts: object): KubeObject => ({
  apiVersion,
  kind: 'Preview',
  metadata: { name, namespace: NAMESPACE },
  status: parts,
});
const condition = (type: string, message = 'A sentence.') => ({
  type,
  status: 'True',
  reason: 'Ready',
  message,
});

/** A Preview as intake posts it. */
const fresh = (name: string, metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion,
  kind: 'Preview',
  metadata: { name, namespace: NAMESPACE, ...metadata },
  spec: aPreview().spec,
});

/** What Offshoot relies on in an API server: true of a real one and of the one in memory, or tests over that one prove nothing. */
export const contract: Record<string, (cluster: Cluster) => Promise<void>> = {
  async 'what is made has uid, version and generation, and is made once'(cluster) {
    const made = await cluster.create(fresh('once'));
    expect(made.metadata).toMatchObject({ generation: 1 });
    expect(made.metadata).toHaveProperty('uid');
    expect(made.metadata).toHaveProperty('creationTimestamp');
    expect(await cluster.get(refTo('once'))).toEqual(made);
    await expect(cluster.create(fresh('once'))).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect(await cluster.get(refTo('never'))).toBeUndefined();
  },

  async 'a changed wish is another generation; a label or a status is not, and nothing new is no write'(
    cluster,
  ) {
    const made = await cluster.create(fresh('generations'));
    const labelled = await cluster.patch(
      refTo('generations'),
      { metadata: { labels: { a: 'b' } } },
      by('hand'),
    );
    expect(labelled.metadata.generation).toBe(1);
    const again = await cluster.patch(refTo('generations'), { metadata: { labels: { a: 'b' } } }, by('hand'));
    expect(again.metadata.resourceVersion).toBe(labelled.metadata.resourceVersion);
    await cluster.apply(said('generations', { namespace: 'n' }), status('one'));
    const edited = await cluster.patch(refTo('generations'), { spec: { suspend: true } }, by('hand'));
    expect(edited.metadata).toMatchObject({ generation: 2, uid: made.metadata.uid });
  },

  async 'a status is written apart from everything else'(cluster) {
    const made = await cluster.create({ ...fresh('apart'), status: { namespace: 'of the creation' } });
    expect(made['status']).toBeUndefined();
    await cluster.apply(said('apart', { namespace: 'n' }), status('one'));
    const patch = { spec: { suspend: true }, status: { namespace: 'other' } };
    expect(await cluster.patch(refTo('apart'), patch, by('hand'))).toMatchObject({
      status: { namespace: 'n' },
    });
    const through = { fieldManager: 'hand', subresource: 'status' } as const;
    const after = await cluster.patch(refTo('apart'), { ...patch, spec: { suspend: false } }, through);
    expect(after).toMatchObject({ spec: { suspend: true }, status: { namespace: 'other' } });
  },

  async 'whoever means another one is refused'(cluster) {
    const { uid, resourceVersion } = (await cluster.create(fresh('meant'))).metadata;
    await cluster.patch(refTo('meant'), { metadata: { labels: { a: 'b' } } }, by('hand'));
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    const uidOfAnother = 'b1c7a0e2-0000-4000-8000-00000000ffff';
    const applied = (name: string) =>
      cluster.apply(
        { ...fresh(name), metadata: { name, namespace: NAMESPACE, uid: uidOfAnother } },
        by('one'),
      );
    expect({
      patchOfAnOldOne: await code(
        cluster.patch(refTo('meant'), { metadata: { resourceVersion } }, by('hand')),
      ),
      patchOfNone: await code(cluster.patch(refTo('none'), {}, by('hand'))),
      deleteOfAnother: await code(cluster.delete(refTo('meant'), { uid: uidOfAnother })),
      deleteOfAnOldOne: await code(
        cluster.delete(refTo('meant'), { uid: uid!, resourceVersion: resourceVersion! }),
      ),
      applyToAnother: await code(applied('meant')),
      applyToNone: await code(applied('none')),
      statusOfNone: await code(cluster.apply(said('none', { namespace: 'n' }), status('one'))),
    }).toEqual({
      patchOfAnOldOne: 'Conflict',
      patchOfNone: 'NotFound',
      deleteOfAnother: 'Conflict',
      deleteOfAnOldOne: 'Conflict',
      applyToAnother: 'Invalid',
      applyToNone: 'Conflict',
      statusOfNone: 'NotFound',
    });
    expect(await cluster.delete(refTo('meant'), { uid: uid! })).toBe('deleted');
    expect(await cluster.delete(refTo('meant'))).toBe('absent');
  },

  async 'what a manager applies no longer goes, and what others said stays'(cluster) {
    await cluster.create(fresh('managers'));
    await cluster.apply(
      said('managers', { url: 'u', admitted: true, branch: { head: 'h' } }),
      status('intake'),
    );
    await cluster.apply(said('managers', { conditions: [condition('Ready')] }), status('controller'));
    await cluster.apply(said('managers', { conditions: [condition('Notified')] }), status('notifier'));
    await cluster.apply(said('managers', { url: 'u', branch: { missing: true } }), status('intake'));
    const after = await cluster.apply(
      said('managers', { conditions: [condition('Ready', 'New.')] }),
      status('controller'),
    );
    expect(after['status']).toEqual({
      url: 'u',
      branch: { missing: true },
      conditions: [condition('Ready', 'New.'), condition('Notified')],
    });
  },

  async 'a field of somebody else’s is taken by force alone, and by any other write'(cluster) {
    const wish = (value: string): KubeObject => ({
      ...fresh('owned'),
      metadata: { name: 'owned', namespace: NAMESPACE, labels: { a: value } },
    });
    const first = await cluster.apply(wish('1'), by('one'));
    await expect(cluster.apply(wish('2'), by('two'))).rejects.toMatchObject({ code: 'Conflict' });
    const unchanged = await cluster.apply(wish('1'), by('one'));
    expect(unchanged.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const taken = await cluster.patch(refTo('owned'), { metadata: { labels: { a: '3' } } }, by('hand'));
    expect(signature(taken, 'one')).not.toBe(signature(first, 'one'));
    const back = await cluster.apply(wish('1'), { ...by('one'), force: true });
    expect(back.metadata.labels).toEqual({ a: '1' });
  },

  async 'a finalizer holds what is being deleted; once it is off, it is gone'(cluster) {
    const made = await cluster.create(fresh('held', { finalizers: ['offshoot.dev/teardown'] }));
    expect(await cluster.delete(refTo('held'), { uid: made.metadata.uid! })).toBe('deleted');
    const going = await cluster.get(refTo('held'));
    expect(going?.metadata).toHaveProperty('deletionTimestamp');
    expect(going?.metadata.generation).toBe(2);
    const { uid, resourceVersion } = going!.metadata;
    await cluster.patch(refTo('held'), { metadata: { uid, resourceVersion, finalizers: [] } }, by('hand'));
    expect(await cluster.get(refTo('held'))).toBeUndefined();
  },

  async 'a list has what is selected, and no more of it than was asked for'(cluster) {
    await cluster.create(fresh('one', { labels: { list: 'this', other: 'x' } }));
    await cluster.create(fresh('two', { labels: { list: 'that' } }));
    const names = async (options: object) =>
      (await cluster.list(kinds.Preview, { namespace: NAMESPACE, ...options })).items.map(
        ({ metadata }) => metadata.name,
      );
    expect(await names({ labelSelector: 'list' })).toEqual(['one', 'two']);
    expect(await names({ labelSelector: 'list=that' })).toEqual(['two']);
    expect(await names({ labelSelector: 'list,list in (this,third)' })).toEqual(['one']);
    expect(await names({ labelSelector: 'list,list!=this' })).toEqual(['two']);
    expect(await names({ labelSelector: 'list,!other' })).toEqual(['two']);
    expect(await names({ fieldSelector: 'metadata.name=one' })).toEqual(['one']);
    const [bare] = (
      await cluster.list(kinds.Preview, {
        namespace: NAMESPACE,
        fieldSelector: 'metadata.name=one',
        metadataOnly: true,
      })
    ).items;
    expect(bare).toMatchObject({ kind: 'Preview', metadata: { labels: { list: 'this' } } });
    expect(bare).not.toHaveProperty('spec');
  },

  async 'a cache follows what is selected, and what leaves the selection is deleted from it'(cluster) {
    await cluster.create(fresh('before', { labels: { watched: 'yes' } }));
    const cache = cluster.watch(kinds.Preview, { labelSelector: 'watched', keepManagedFields: false });
    const heard: string[] = [];
    cache.onChange(
      ({ type, object }: Change<KubeObject>) => void heard.push(`${type} ${object.metadata.name}`),
    );
    cache.start();
    await cache.synced();
    expect(cache.get({ namespace: NAMESPACE, name: 'before' })?.metadata.managedFields).toBeUndefined();
    const { uid } = (await cluster.create(fresh('later', { labels: { watched: 'yes' } }))).metadata;
    await eventually(() => expect(cache.byUid(uid!)?.metadata.name).toBe('later'));
    await cluster.patch(refTo('later'), { metadata: { labels: { watched: null } } }, by('hand'));
    await eventually(() => expect(cache.list().map(({ metadata }) => metadata.name)).toEqual(['before']));
    await cluster.delete(refTo('before'));
    await eventually(() => expect(cache.list()).toEqual([]));
    await cache.stop();
    expect(heard).toEqual(['added before', 'added later', 'deleted later', 'deleted before']);
  },

  async 'the texts of a Secret are kept as base64'(cluster) {
    const metadata = { name: 'texts', namespace: NAMESPACE };
    await cluster.create({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { key: 'value' } });
    const secret = await cluster.get({ kind: kinds.Secret, ...metadata });
    expect(secret?.['data']).toEqual({ key: 'dmFsdWU=' });
    expect(secret).not.toHaveProperty('stringData');
  },
};
