import { judge } from './judge.ts';
import type { Cache } from '../cluster/api.ts';
import type { Preview } from '../model/preview.ts';
import type { Verdict, Wish } from './judge.ts';

export interface Waiting {
  previews: Cache<Preview>;
  /** The preview meant, of those there are; may throw. */
  find(previews: readonly Preview[]): Preview | undefined;
  wish: Wish;
  timeoutMs: number;
  /** How long a failure may last before it counts. */
  graceMs: number;
  /** Hears of every change of mind. */
  onChange(verdict: Verdict, previews: readonly Preview[]): void;
}

export interface Outcome {
  outcome: 'done' | 'failed' | 'pending';
  verdict: Verdict;
  preview: Preview | undefined;
}

/** Follows the previews until the wish is fulfilled, a failure has lasted, or time is up. Starts the cache, does not stop it. */
export async function waitFor(waiting: Waiting): Promise<Outcome> {
  const { previews, find, wish, timeoutMs, graceMs, onChange } = waiting;
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  let last: Verdict | undefined;
  let lasting: NodeJS.Timeout | undefined;

  const end = (outcome: Outcome['outcome']) => {
    const preview = find(previews.list());
    resolve({ outcome, preview, verdict: judge(preview, wish) });
  };
  const look = () => {
    if (!previews.hasSynced()) return;
    const all = previews.list();
    const verdict = judge(find(all), wish);
    if (verdict.reason !== last?.reason || verdict.message !== last.message) onChange(verdict, all);
    last = verdict;
    if (verdict.state === 'done') end('done');
    // A failure may heal by itself; what counts is how long nothing but failures was seen.
    if (verdict.state !== 'failing') {
      clearTimeout(lasting);
      lasting = undefined;
    } else lasting ??= setTimeout(() => end('failed'), graceMs);
  };
  const safely = (act: () => void) => {
    try {
      act();
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  };

  const late = setTimeout(() => safely(() => end('pending')), timeoutMs);
  previews.onChange(() => safely(look));
  previews.start();
  previews.synced().then(() => safely(look), reject);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    clearTimeout(lasting);
  }
}
