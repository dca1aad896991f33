import { NotifyError } from './notify-error.ts';

/** Doubles from `first` to `last`, a quarter of it left to chance so that many do not come back at once. */
export function backoff(error: unknown, failures: number, limits: { first: number; last: number }): number {
  const asked = error instanceof NotifyError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  const grown = Math.min(limits.last, limits.first * 2 ** (failures - 1));
  return Math.max(asked, grown * (1 - Math.random() / 4));
}
