import { backoff } from '../model/backoff.ts';
import { monotonic } from '../model/clock.ts';
import type { BackoffLimits } from '../model/backoff.ts';
import type { Outcome } from '../model/outcome.ts';

export interface QueueOptions {
  reconcile(key: string): Promise<Outcome>;
  workers: number;
  /** Called for every failure, before it is retried. */
  onRetry(key: string, error: unknown, ms: number): void;
  limits?: BackoffLimits;
}

/**
 * A keyed queue: a key is worked on by one worker at a time; asked for again meanwhile, it runs once more afterwards. Asking is
 * idempotent and never lost. A key that fails waits longer each time, alone.
 */
export function createQueue({
  reconcile,
  workers,
  onRetry,
  limits = { firstMs: 200, maxMs: 60_000 },
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
    else if (outcome.kind !== 'Wait') failures.delete(key);
    if (outcome.kind === 'RequeueAfter' || outcome.kind === 'Wait') addAfter(key, outcome.ms);
    if (again && outcome.kind !== 'Retry') add(key);
    pump();
  }

  function retry(key: string, { error, ms }: { error: unknown; ms?: number }) {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    const delay = backoff(count, limits, ms === undefined ? {} : { askedMs: ms });
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

  return { add, addAfter, stop };
}

export type Queue = ReturnType<typeof createQueue>;
