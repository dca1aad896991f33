import { ClusterError } from '../../src/cluster/errors.ts';
import { NOW } from './builders.ts';
import { createWatches } from './memory-cluster/cache.ts';
import { createFaults } from './memory-cluster/faults.ts';
import { applied, clean, updated } from './memory-cluster/managed.ts';
import { createObjects } from './memory-cluster/objects.ts';
import { mergePatch } from './memory-cluster/merge-patch.ts';
import { metadataOf, selects } from './memory-cluster/selection.ts';
import type { Writer } from './memory-cluster/managed.ts';
import type {
  Cluster,
  ClusterErrorCode,
  Kind,
  KubeObject,
  ObjectMeta,
  Ref,
  Selection,
} from '../../src/cluster/api.ts';

/**
 * The network's edge in memory: an API server as far as Offshoot uses one. Uids, versions, generations, finalizers, status apart from
 * the rest, merge patches, typed errors and watches are as there. Server-side apply knows owners field by field, but of all lists only
 * conditions item by item. Nothing is validated or defaulted, a namespace need not exist, pods end at once, and owner references do
 * nothing. Whatever depends on more than that is tested against a real API server.
 */
export function aCluster(seeds: KubeObject[] = [], { now = () => NOW } = {}) {
  const watches = createWatches(() => objects.list());
  const objects = createObjects(now, watches.told);
  const { request, fail, journal } = createFaults();
  seeds.map(heldIfGoing).forEach(objects.put);

  const find = ({ kind, ...key }: Ref) => objects.find(kind.kind, key);
  const writer = ({
    fieldManager: manager = 'unknown',
    ...options
  }: Partial<Record<'fieldManager', string>> & Pick<Writer, 'subresource' | 'force'>): Writer => ({
    manager,
    ...options,
    at: now().toISOString(),
  });
  const listed = (kind: Kind, options: Selection) => {
    const found = objects.list().filter(selects(kind.kind, options));
    return options.metadataOnly ? found.map(metadataOf) : found;
  };

  const cluster: Cluster = {
    get: <T extends KubeObject>(ref: Ref) =>
      request('get', ref.kind.kind, ref.name, () => find(ref) as T | undefined),
    list: <T extends KubeObject>(kind: Kind, options: Selection = {}) =>
      request('list', kind.kind, '', () => ({
        items: listed(kind, options) as T[],
        resourceVersion: objects.version(),
      })),
    create: <T extends KubeObject>(object: T, options = {}) =>
      request('create', object.kind, object.metadata.name, () => {
        const { status: _, ...fresh } = encoded(object);
        return objects.begin(updated(undefined, fresh, writer(options))) as T;
      }),
    apply: <T extends KubeObject>(object: T, options: Parameters<Cluster['apply']>[1]) =>
      request(
        'apply',
        object.kind,
        object.metadata.name,
        () => {
          const live = objects.find(object.kind, object.metadata);
          if (!live && options.subresource) throw missing();
          if (!live && object.metadata.uid) throw new ClusterError('Conflict', 'it is not there any more');
          if (live) mustBe(live, object.metadata);
          const next = applied(live, encoded(object), writer(options));
          return (live ? objects.put(next) : objects.begin(next)) as T;
        },
        options.subresource && '/status',
      ),
    patch: <T extends KubeObject>(ref: Ref, patch: unknown, options: Parameters<Cluster['patch']>[2]) =>
      request(
        'patch',
        ref.kind.kind,
        ref.name,
        () => {
          const live = find(ref);
          if (!live) throw missing();
          const wanted = patch as Partial<KubeObject>;
          mustBe(live, wanted.metadata ?? {});
          const { status, ...rest } = mergePatch(live, wanted) as KubeObject;
          const { status: before, ...same } = live;
          const next = options.subresource
            ? { ...same, status }
            : { ...rest, ...(before !== undefined && { status: before }) };
          return objects.put(updated(live, clean(next), writer(options))) as T;
        },
        options.subresource && '/status',
      ),
    delete: (ref, options = {}) =>
      request('delete', ref.kind.kind, ref.name, () => {
        const live = find(ref);
        if (!live) return 'absent';
        mustBe(live, options, 'Conflict');
        objects.end(live);
        return 'deleted';
      }),
    deleteCollection: (kind, namespace, options) =>
      request('deleteCollection', kind.kind, namespace, () =>
        listed(kind, { namespace, ...options }).forEach(objects.end),
      ),
    watch: (kind, options) => watches.cache(kind.kind, options),
    logs: () => {
      throw new ClusterError('BadRequest', 'nothing runs in memory');
    },
    raw: () => Promise.reject(new ClusterError('BadRequest', 'nothing else is served in memory')),
  };
  return {
    cluster,
    fail,
    /** The writes that arrived, such as `apply Preview/hardy/status`. */
    journal,
    /** Whether caches hear at once of what is written. */
    watches: { hold: watches.hold, release: watches.release },
    collect: () => objects.collect(),
    /** What is there, with nothing in between. */
    store: {
      list: objects.list,
      get: (key: Pick<ObjectMeta, 'namespace' | 'name'>) =>
        objects
          .list()
          .find(({ metadata }) => metadata.name === key.name && metadata.namespace === key.namespace),
      byUid: (uid: string) => objects.list().find(({ metadata }) => metadata.uid === uid),
      remove: objects.remove,
    },
  };
}

/** What is going and still there has a finalizer. */
const heldIfGoing = (object: KubeObject): KubeObject => {
  const { deletionTimestamp, finalizers } = object.metadata;
  if (!deletionTimestamp || finalizers?.length) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: ['example.com/holds'] } };
};

const missing = () => new ClusterError('NotFound', 'it is not there', { objectMissing: true });

/** Unless uid or resourceVersion say that another one was meant. A wrong uid alone is a field that must not change, and so invalid. */
function mustBe(
  { metadata }: KubeObject,
  { uid, resourceVersion }: Partial<ObjectMeta>,
  wrongUid: ClusterErrorCode = 'Invalid',
) {
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    throw new ClusterError('Conflict', 'it was changed since');
  if (uid && uid !== metadata.uid) throw new ClusterError(wrongUid, 'it is another one now');
}

/** A Secret's texts are kept as base64. */
function encoded({ stringData, ...object }: KubeObject): KubeObject {
  if (!stringData) return object;
  const texts = Object.entries(stringData as Record<string, string>);
  const data = texts.map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return { ...object, data: { ...(object['data'] as object), ...Object.fromEntries(data) } };
}
