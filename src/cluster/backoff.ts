const firstMs = 200;
const longestMs = 30_000;
/** Retry-After is obeyed, but a nonsensical one must not stop a watch for a day. */
const longestAskedMs = 300_000;

export interface Backoff {
  /** Milliseconds to wait before the next attempt: full jitter, doubling from 0.2 s to 30 s, never less than the server asked. */
  next(retryAfterSeconds?: number): number;
  reset(): void;
}

export function createBackoff(random: () => number = Math.random): Backoff {
  let failures = 0;
  return {
    next(retryAfterSeconds = 0) {
      const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20));
      failures += 1;
      const asked = Math.min(retryAfterSeconds * 1000, longestAskedMs);
      return Math.max(asked, 0) + random() * ceiling;
    },
    reset() {
      failures = 0;
    },
  };
}
