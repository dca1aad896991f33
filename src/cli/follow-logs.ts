import { setTimeout as sleep } from 'node:timers/promises';
import { sourcesOf } from './log-sources.ts';
import type { Cache, Cluster, KubeObject, LogLine } from '../cluster/api.ts';
import type { Source } from './log-sources.ts';

export interface Following {
  cluster: Pick<Cluster, 'logs'>;
  pods: Cache<KubeObject>;
  wanted(source: Source): boolean;
  onLine(source: Source, line: LogLine): void;
  onSource(source: Source): void;
  /** The time of the last line already shown, of sources that were read before. */
  shown: ReadonlyMap<string, string>;
  /** How far back to start with a source of which nothing was shown. */
  sinceSeconds: number | undefined;
  signal: AbortSignal;
}

const AGAIN_MS = 1_000;

/** Follows all containers, present and future, across restarts and new pods, until the signal. Starts the cache. */
export async function followLogs({
  cluster,
  pods,
  wanted,
  onLine,
  onSource,
  shown,
  sinceSeconds,
  signal,
}: Following): Promise<void> {
  const followed = new Set<string>();

  const current = (id: string) =>
    pods
      .list()
      .flatMap(sourcesOf)
      .find((one) => one.id === id);

  async function follow(source: Source): Promise<void> {
    const { namespace, pod, container, id } = source;
    let last = shown.get(id);
    onSource(source);
    while (!signal.aborted) {
      const from = last ? { sinceTime: last } : sinceSeconds ? { sinceSeconds } : {};
      let whole = false;
      try {
        for await (const line of cluster.logs({ namespace, pod, container, follow: true, signal, ...from })) {
          // The API server rounds to whole seconds: lines already shown are sent again.
          if (last !== undefined && line.at <= last) continue;
          last = line.at;
          onLine(source, line);
        }
        whole = true;
      } catch {
        // Cut, refused for a moment, or gone: the pods' watch says which.
      }
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      const now = current(id);
      if (!now || (whole && !now.running)) return;
    }
  }

  const look = () => {
    for (const source of pods.list().flatMap(sourcesOf)) {
      if (followed.has(source.id) || !wanted(source)) continue;
      followed.add(source.id);
      void follow(source);
    }
  };
  pods.onChange(look);
  pods.start();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
