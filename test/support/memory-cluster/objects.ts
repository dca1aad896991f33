import { ClusterError } from '../../../src/cluster/errors.ts';
import { deepFreeze } from '../../../src/cluster/freeze.ts';
import { same } from './fields.ts';
import { clean, content } from './managed.ts';
import type { KubeObject, ObjectMeta } from '../../../src/cluster/api.ts';

/** What etcd holds, and what the API server sees to in every object: uid, resourceVersion, generation, finalizers. */
export function createObjects(
  now: () => Date,
  tell: (told: { before: KubeObject | undefined; after: KubeObject | undefined }) => void,
) {
  const objects = new Map<string, KubeObject>();
  let version = 0;
  const keyOf = (kind: string, { namespace, name }: Pick<ObjectMeta, 'namespace' | 'name'>) =>
    `${kind} ${namespace ?? ''}/${name}`;
  const find = (kind: string, key: Pick<ObjectMeta, 'namespace' | 'name'>) => objects.get(keyOf(kind, key));

  function remove(object: KubeObject) {
    objects.delete(keyOf(object.kind, object.metadata));
    tell({ before: object, after: undefined });
  }

  /** Nothing new is no write; one that is going and whose last finalizer came off is gone. */
  function put(next: KubeObject): KubeObject {
    const before = find(next.kind, next.metadata);
    if (before && same(content(clean(next)), content(before))) return before;
    const { generation = 1, uid = `uid-${++version}` } = next.metadata;
    const wished = before && !same(wish(before), wish(clean(next)));
    const metadata = {
      ...next.metadata,
      uid,
      generation: wished ? generation + 1 : generation,
      resourceVersion: String(++version),
    };
    const after = deepFreeze(clean({ ...next, metadata }));
    objects.set(keyOf(after.kind, after.metadata), after);
    if (after.metadata.deletionTimestamp && !held(after)) remove(after);
    else tell({ before, after });
    return after;
  }

  function begin(object: KubeObject) {
    if (find(object.kind, object.metadata)) throw new ClusterError('AlreadyExists', 'it is there');
    const { namespace, deletionTimestamp: _, ...metadata } = object.metadata;
    const home = find('Namespace', { name: namespace ?? '' });
    if (home?.metadata.deletionTimestamp) throw new ClusterError('NamespaceGone', `${namespace} is going`);
    const creationTimestamp = now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    return put({ ...object, metadata: { ...metadata, ...(namespace && { namespace }), creationTimestamp } });
  }

  return {
    find,
    put,
    begin,
    list: () => [...objects.values()],
    version: () => String(version),
    remove,
    /** Marked while a finalizer, or what a namespace holds, keeps it; else gone at once. */
    end(object: KubeObject) {
      if (!held(object)) return remove(object);
      if (object.metadata.deletionTimestamp) return;
      const { generation = 1 } = object.metadata;
      const deletionTimestamp = now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z');
      put({ ...object, metadata: { ...object.metadata, deletionTimestamp, generation: generation + 1 } });
    },
    /** What Kubernetes does meanwhile: namespaces that are going are emptied, and go once they are empty. */
    collect() {
      const going = [...objects.values()].filter(
        ({ kind, metadata }) => kind === 'Namespace' && metadata.deletionTimestamp,
      );
      for (const namespace of going) {
        const inside = () =>
          [...objects.values()].filter((one) => one.metadata.namespace === namespace.metadata.name);
        inside().forEach(this.end);
        if (inside().length === 0) remove(namespace);
      }
    },
  };
}

const held = ({ kind, metadata }: KubeObject) => kind === 'Namespace' || Boolean(metadata.finalizers?.length);

/** What a person wants of it: a change of that is another generation. */
const wish = ({ metadata: _, status: __, ...rest }: KubeObject) => rest;
