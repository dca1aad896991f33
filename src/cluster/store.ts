import type { Change, KubeObject } from './api.ts';

export interface Store<T> {
  get(key: { namespace?: string; name: string }): T | undefined;
  list(): T[];
  byUid(uid: string): T | undefined;
  labelled(label: string, value: string): T[];
  /** Takes a complete list as the truth; returns what that changed. */
  replace(items: T[]): Change<T>[];
  put(object: T): Change<T>[];
  remove(object: T): Change<T>[];
}

/** The objects of one kind by namespace and name, with label indexes made on demand. */
export function createStore<T extends KubeObject>(): Store<T> {
  const objects = new Map<string, T>();
  const uids = new Map<string, T>();
  const indexes = new Map<string, Map<string, Set<string>>>();

  function index(key: string, object: T, label: string, values: Map<string, Set<string>>): void {
    const value = object.metadata.labels?.[label];
    if (value === undefined) return;
    const keys = values.get(value) ?? new Set();
    values.set(value, keys.add(key));
  }

  function forget(key: string, object: T): void {
    uids.delete(object.metadata.uid ?? '');
    for (const [label, values] of indexes) {
      const value = object.metadata.labels?.[label];
      const keys = value === undefined ? undefined : values.get(value);
      keys?.delete(key);
      if (value !== undefined && keys?.size === 0) values.delete(value);
    }
  }

  function put(object: T): Change<T>[] {
    const key = keyOf(object.metadata);
    const previous = objects.get(key);
    const same = previous?.metadata.uid === object.metadata.uid;
    if (previous && same && previous.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    if (previous) forget(key, previous);
    objects.set(key, object);
    uids.set(object.metadata.uid ?? '', object);
    for (const [label, values] of indexes) index(key, object, label, values);
    if (!previous) return [{ type: 'added', object }];
    if (same) return [{ type: 'modified', object, previous }];
    // Deleted and made again while nobody looked: two lives, two changes.
    return [
      { type: 'deleted', object: previous, previous },
      { type: 'added', object },
    ];
  }

  function remove(object: T): Change<T>[] {
    const key = keyOf(object.metadata);
    const previous = objects.get(key);
    if (!previous || previous.metadata.uid !== object.metadata.uid) return [];
    objects.delete(key);
    forget(key, previous);
    return [{ type: 'deleted', object, previous }];
  }

  return {
    get: (key) => objects.get(keyOf(key)),
    byUid: (uid) => uids.get(uid),
    list: () => [...objects.values()],
    labelled(label, value) {
      const values = indexes.get(label) ?? new Map<string, Set<string>>();
      if (!indexes.has(label)) {
        indexes.set(label, values);
        for (const [key, object] of objects) index(key, object, label, values);
      }
      return [...(values.get(value) ?? [])].flatMap((key) => objects.get(key) ?? []);
    },
    replace(items) {
      const listed = new Set(items.map((item) => keyOf(item.metadata)));
      const gone = [...objects.values()].filter((object) => !listed.has(keyOf(object.metadata)));
      return [...gone.flatMap(remove), ...items.flatMap(put)];
    },
    put,
    remove,
  };
}

function keyOf({ namespace, name }: { namespace?: string; name: string }): string {
  return `${namespace ?? ''}/${name}`;
}
