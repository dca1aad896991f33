import { monotonic } from '../model/clock.ts';

/** What one reconcile came to. Nothing sleeps in a reconcile; it says when it wants to run again. */
export type Outcome =
  | { kind: 'Done' }
  | { kind: 'RequeueAfter'; ms: number }
  /** Failed: again after the key's own back-off, or after `ms` if the server said so. */
  | { kind: 'Retry'; error: unknown; ms?: number };

export const done: Outcome = { kind: 'Done' };
export const requeueAfter = (ms: number): Outcome => ({ kind: 'RequeueAfter', ms });

export interface QueueOptions {
  reconcile(key: string): Promise<Outcome>;
  workers: number;
  /** Called for every failure, before it is retried. */
  onRetry(key: string, error: unknown, ms: number): void;
  backoff?: { firstMs: number; maxMs: number };
}

/**
 * A keyed queue: a key is worked on by one worker at a time; asked for again meanwhile, it runs once more afterwards. Asking is
 * idempotent and never lost. A key that fails waits longer each time, alone.
 */
export function createQueue({
  reconcile,
  workers,
  onRetry,
  backoff = { firstMs: 200, maxMs: 60_000 },
}: QueueOptions) {
  const waiting = new Set<string>();
  const running = new Map<string, { again: boolean }>();
  const timers = new Map<string, { timer: NodeJS.Timeout; at: number }>();
  const failures = new Map<string, number>();
  let stopped = false;
  let idle: (() => void) | undefined;

  function add(key: string) {
    if (stopped) return;
    clearTimer(key);
    const run = running.get(key);
    if (run) run.again = true;
    else waiting.add(key);
    pump();
  }

  /** The earlier of two wishes wins. */
  function addAfter(key: string, ms: number) {
    if (stopped) return;
    const at = monotonic() + ms;
    const planned = timers.get(key);
    if (planned && planned.at <= at) return;
    clearTimer(key);
    timers.set(key, { at, timer: setTimeout(() => (timers.delete(key), add(key)), ms) });
  }

  function clearTimer(key: string) {
    clearTimeout(timers.get(key)?.timer);
    timers.delete(key);
  }

  function pump() {
    for (const key of waiting) {
      if (running.size >= workers) return;
      waiting.delete(key);
      running.set(key, { again: false });
      void work(key);
    }
    if (running.size === 0) idle?.();
  }

  async function work(key: string) {
    const outcome = await reconcile(key).catch((error: unknown): Outcome => ({ kind: 'Retry', error }));
    const again = running.get(key)?.again;
    running.delete(key);
    if (outcome.kind === 'Retry') retry(key, outcome);
    else failures.delete(key);
    if (outcome.kind === 'RequeueAfter') addAfter(key, outcome.ms);
    if (again && outcome.kind !== 'Retry') add(key);
    pump();
  }

  function retry(key: string, { error, ms }: { error: unknown; ms?: number }) {
    const count = failures.get(key) ?? 0;
    failures.set(key, count + 1);
    const limit = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(count, 20));
    const delay = Math.max(ms ?? 0, limit * (0.75 + Math.random() / 2));
    onRetry(key, error, delay);
    addAfter(key, delay);
  }

  /** Takes no more work; resolves when what runs has ended. */
  function stop(): Promise<void> {
    stopped = true;
    waiting.clear();
    for (const key of [...timers.keys()]) clearTimer(key);
    if (running.size === 0) return Promise.resolve();
    return new Promise((resolve) => (idle = resolve));
  }

  return { add, addAfter, stop, depth: () => waiting.size + running.size, failing: () => failures.size };
}

export type Queue = ReturnType<typeof createQueue>;
