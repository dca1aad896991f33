import { vi } from 'vitest';

/** Tries until it does not throw any more; fails with what was wrong last. Seconds are patience, not a measurement. */
export const eventually = <T>(look: () => T | Promise<T>, seconds = 60): Promise<T> =>
  vi.waitFor(look, { timeout: seconds * 1_000, interval: 100 });
