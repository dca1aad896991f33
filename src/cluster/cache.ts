import type { Cache, Change, Cluster, Kind, KubeObject, WatchOptions } from './api.ts';
import { ClusterError } from './errors.ts';
import { deepFreeze } from './freeze.ts';
import { createStore } from './store.ts';
import type { Transport } from './transport.ts';
import { defaultTiming, runWatchLoop, type WatchTiming } from './watch-loop.ts';
import { type WatchEvent, watchStream } from './watch-stream.ts';

export interface Log {
  warn(obj: object, msg: string): void;
}

export interface CacheParts {
  transport: Transport;
  list: Cluster['list'];
  log: Log;
  timing?: WatchTiming;
}

export function createCache<T extends KubeObject>(
  { transport, list, log, timing = defaultTiming }: CacheParts,
  kind: Kind,
  options: WatchOptions = {},
): Cache<T> {
  const store = createStore<T>();
  const listeners: ((change: Change<T>) => void)[] = [];
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  // Whoever waits sees the rejection; if nobody does, it is no fault.
  first.promise.catch(() => undefined);
  let running: Promise<void> | undefined;
  let synced = false;

  function report(error: unknown): void {
    log.warn({ kind: kind.plural, err: error }, 'a listener of a cache failed');
  }

  function tell(changes: Change<T>[]): void {
    for (const change of changes) {
      for (const listener of listeners) {
        try {
          const result: unknown = listener(change);
          if (result instanceof Promise) result.catch(report);
        } catch (error) {
          report(error);
        }
      }
    }
  }

  function prepare(object: KubeObject): T {
    if (options.keepManagedFields !== false) return deepFreeze(object) as T;
    const metadata = { ...object.metadata };
    delete metadata.managedFields;
    return deepFreeze({ ...object, metadata }) as T;
  }

  function onEvent(event: WatchEvent): void {
    if (event.type === 'BOOKMARK') return;
    const object = prepare(event.object);
    tell(event.type === 'DELETED' ? store.remove(object) : store.put(object));
  }

  const loop = {
    async list(signal: AbortSignal): Promise<string> {
      // No resourceVersion: a consistent read. An old list would tell of deletions that never were.
      const { items, resourceVersion } = await list<T>(kind, { ...options, signal });
      const changes = store.replace(items.map((item) => prepare(item)));
      synced = true;
      tell(changes);
      first.resolve();
      return resourceVersion;
    },
    connect: (from: Parameters<Parameters<typeof runWatchLoop>[0]['connect']>[0]) =>
      watchStream(transport, { ...from, kind, options }),
    onEvent,
    onFailure(error: ClusterError, waitMs: number) {
      // A compacted version is everyday life.
      if (error.code === 'Gone') return;
      log.warn({ kind: kind.plural, code: error.code, waitMs: Math.round(waitMs) }, error.message);
    },
  };

  return {
    start() {
      if (!stopping.signal.aborted) running ??= runWatchLoop(loop, stopping.signal, timing);
    },
    synced: () => first.promise,
    hasSynced: () => synced,
    get: (key) => store.get(key),
    byUid: (uid) => store.byUid(uid),
    list: () => store.list(),
    labelled: (label, value) => store.labelled(label, value),
    onChange(listener) {
      listeners.push(listener);
    },
    async stop() {
      stopping.abort();
      await running;
      first.reject(new ClusterError('Aborted', `The cache of ${kind.plural} was stopped`));
    },
  };
}
