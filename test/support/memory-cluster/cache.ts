import { createStore } from '../../../src/cluster/store.ts';
import { metadataOf, selects } from './selection.ts';
import type { Cache, Change, KubeObject, WatchOptions } from '../../../src/cluster/api.ts';
import type { Told } from './faults.ts';

/** What caches are fed from: all that is there, and every change. `hold` makes them lag behind until `release`. */
export function createWatches(all: () => readonly KubeObject[]) {
  const hearers = new Set<(told: Told) => void>();
  let held: Told[] | undefined;
  const tell = (told: Told) => hearers.forEach((hear) => hear(told));
  return {
    told: (told: Told) => void (held ? held.push(told) : tell(told)),
    hold: () => void (held ??= []),
    release() {
      const late = held ?? [];
      held = undefined;
      late.forEach(tell);
    },
    cache<T extends KubeObject>(kind: string, options: WatchOptions = {}): Cache<T> {
      const store = createStore<T>();
      const listeners: ((change: Change<T>) => void)[] = [];
      const first = Promise.withResolvers<void>();
      const wanted = selects(kind, options);
      let started = false;
      const prepare = (object: KubeObject) => {
        const shown = options.metadataOnly ? metadataOf(object) : object;
        if (options.keepManagedFields !== false) return shown as T;
        const { managedFields: _, ...metadata } = shown.metadata;
        return { ...shown, metadata } as T;
      };
      const report = (changes: Change<T>[]) =>
        changes.forEach((change) => listeners.forEach((listener) => listener(change)));
      hearers.add(({ before, after }) => {
        if (!started) return;
        if (after && wanted(after)) report(store.put(prepare(after)));
        else if (before && wanted(before)) report(store.remove(prepare(before)));
      });
      return {
        start() {
          if (started) return;
          started = true;
          report(store.replace(all().filter(wanted).map(prepare)));
          first.resolve();
        },
        synced: () => first.promise,
        hasSynced: () => started,
        get: (key) => store.get(key),
        byUid: (uid) => store.byUid(uid),
        list: () => store.list(),
        labelled: (label, value) => store.labelled(label, value),
        onChange: (listener) => void listeners.push(listener),
        async stop() {
          started = false;
        },
      };
    },
  };
}
