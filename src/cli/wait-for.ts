import { assess } from './assess.ts';
import type { Cache } from '../cluster/api.ts';
import type { Preview } from '../model/preview.ts';
import type { Assessment, Goal } from './assess.ts';

export interface Waiting {
  previews: Cache<Preview>;
  /** Selects the preview among all; may throw. */
  find(previews: readonly Preview[]): Preview | undefined;
  goal: Goal;
  timeoutMs: number;
  /** How long a failure may last before it counts. */
  graceMs: number;
  /** Called whenever the assessment changes. */
  onChange(assessment: Assessment, previews: readonly Preview[]): void;
}

export interface Waited {
  outcome: 'done' | 'failed' | 'pending';
  assessment: Assessment;
  preview: Preview | undefined;
}

/** Follows the previews until the goal is fulfilled, a failure has lasted, or time is up. Starts the cache, does not stop it. */
export async function waitFor(waiting: Waiting): Promise<Waited> {
  const { previews, find, goal, timeoutMs, graceMs, onChange } = waiting;
  const { promise, resolve, reject } = Promise.withResolvers<Waited>();
  let last: Assessment | undefined;
  let lasting: NodeJS.Timeout | undefined;

  const end = (outcome: Waited['outcome']) => {
    const preview = find(previews.list());
    resolve({ outcome, preview, assessment: assess(preview, goal) });
  };
  const look = () => {
    if (!previews.hasSynced()) return;
    const all = previews.list();
    const assessment = assess(find(all), goal);
    if (assessment.reason !== last?.reason || assessment.message !== last.message) onChange(assessment, all);
    last = assessment;
    if (assessment.state === 'done') end('done');
    // A failure may heal; what counts is how long nothing but failures was seen.
    if (assessment.state !== 'failing') {
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
