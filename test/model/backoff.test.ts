import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '../../src/model/backoff.ts';

const limits = { firstMs: 200, maxMs: 30_000 };

test('doubles from the first wait to the last', () => {
  const waits = Array.from({ length: 10 }, (_, at) => backoff(at + 1, limits, { random: () => 0.5 }));
  expect(waits).toEqual([200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]);
  expect(backoff(1_000_000, limits, { random: () => 0.5 })).toBe(30_000);
});

test('a quarter more or less is left to chance', () => {
  expect(backoff(1, limits, { random: () => 0 })).toBe(150);
  expect(backoff(1, limits, { random: () => 1 })).toBe(250);
});

test('is never shorter than the other side asked', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(3_600_000), (failures, askedMs) => {
      expect(backoff(failures, limits, { askedMs })).toBeGreaterThanOrEqual(askedMs);
    }),
  );
});
