import { timingSafeEqual } from 'node:crypto';

/** Compares a secret with what a stranger sent: how long it takes says nothing of where they differ. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
