import { ClusterError } from '../../src/cluster/errors.ts';
import { createStore } from '../../src/cluster/store.ts';
import type { Cluster, KubeObject, Ref } from '../../src/cluster/api.ts';

type Json = Record<string, unknown>;

/**
 * The network's edge in memory: objects by namespace and name, with uid and resourceVersion, merge patches and typed errors. Only what
 * small tests need; whatever depends on a real API server's behaviour is tested against one.
 */
export function aCluster(objects: KubeObject[] = []) {
  const store = createStore<KubeObject>();
  let version = 0;
  const put = (object: KubeObject) => {
    const uid = object.metadata.uid ?? `uid-${++version}`;
    const next = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(++version) } };
    store.put(next);
    return next;
  };
  const find = ({ kind, ...key }: Ref) => {
    const found = store.get(key);
    return found?.kind === kind.kind ? found : undefined;
  };
  objects.forEach(put);
  /** Unless uid or resourceVersion say that another one was meant. */
  const pinned = (found: KubeObject, { uid, resourceVersion }: Partial<KubeObject['metadata']>) => {
    const { metadata } = found;
    if ((uid && uid !== metadata.uid) || (resourceVersion && resourceVersion !== metadata.resourceVersion))
      throw new ClusterError('Conflict', 'it is another one now');
    return found;
  };
  const cluster: Pick<Cluster, 'get' | 'list' | 'create' | 'patch' | 'delete'> = {
    get: async <T extends KubeObject>(ref: Ref) => find(ref) as T | undefined,
    list: async <T extends KubeObject>(
      kind: { kind: string },
      { namespace }: { namespace?: string } = {},
    ) => ({
      items: store
        .list()
        .filter(
          (one) => one.kind === kind.kind && (!namespace || one.metadata.namespace === namespace),
        ) as T[],
      resourceVersion: String(version),
    }),
    async create<T extends KubeObject>(object: T) {
      if (store.get(object.metadata)) throw new ClusterError('AlreadyExists', 'it is there');
      return put(object) as T;
    },
    async patch<T extends KubeObject>(ref: Ref, patch: unknown) {
      const found = find(ref);
      if (!found) throw new ClusterError('NotFound', 'it is not there');
      pinned(found, (patch as Partial<KubeObject>).metadata ?? {});
      return put(merge(found, patch as Json) as KubeObject) as T;
    },
    async delete(ref, options = {}) {
      const found = find(ref);
      if (!found) return 'absent';
      store.remove(pinned(found, options));
      return 'deleted';
    },
  };
  return { cluster: cluster as Cluster, store };
}

/** RFC 7396. */
function merge(target: unknown, patch: Json): Json {
  const out: Json = { ...(target as Json | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else
      out[key] = typeof value === 'object' && !Array.isArray(value) ? merge(out[key], value as Json) : value;
  }
  return out;
}
