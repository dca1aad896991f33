export interface BackoffLimits {
  firstMs: number;
  maxMs: number;
}

/**
 * How long to wait after so many failures in a row: twice as long after each, a quarter more or less left to chance so that many do not
 * come back at once, and never less than the other side asked for.
 */
export function backoff(
  failures: number,
  { firstMs, maxMs }: BackoffLimits,
  { askedMs = 0, random = Math.random }: { askedMs?: number; random?: () => number } = {},
): number {
  const grown = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(askedMs, grown * (0.75 + random() / 2));
}
