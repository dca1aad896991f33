import { monotonic } from '../model/clock.ts';

/**
 * Keeps announcements to one target apart, and all of them away while it has asked to be left alone. Nobody waits in here: who comes too
 * early learns when to come back.
 */
export function createPace(now: () => number = monotonic) {
  const free = new Map<string, number>();
  return {
    /** Takes a turn: 0. Otherwise how many milliseconds remain until the next. */
    wait(key: string, everyMs: number): number {
      const left = (free.get(key) ?? 0) - now();
      // A timer may be a millisecond early.
      if (left > 0) return Math.ceil(left) + 1;
      free.set(key, now() + everyMs);
      return 0;
    },
    hold(key: string, ms: number): void {
      free.set(key, Math.max(free.get(key) ?? 0, now() + ms));
    },
  };
}

export type Pace = ReturnType<typeof createPace>;
