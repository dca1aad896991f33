import { expect, test } from 'vitest';
import { createPace } from '../../src/notify/pace.ts';

function aPace() {
  const clock = { ms: 5_000 };
  return { clock, pace: createPace(() => clock.ms) };
}

test('turns at one target are so far apart, those at others are not', () => {
  const { pace, clock } = aPace();
  expect([pace.wait('a', 1_000), pace.wait('b', 1_000)]).toEqual([0, 0]);
  expect(pace.wait('a', 1_000)).toBe(1_001);
  clock.ms += 999.5;
  expect(pace.wait('a', 1_000), 'a timer may be early').toBe(2);
  clock.ms += 0.5;
  expect(pace.wait('a', 1_000)).toBe(0);
  expect(pace.wait('a', 1_000)).toBe(1_001);
});

test('a target that asked for it is left alone, and a shorter wish does not shorten that', () => {
  const { pace, clock } = aPace();
  pace.hold('a', 30_000);
  pace.hold('a', 1_000);
  expect(pace.wait('a', 1_000)).toBe(30_001);
  clock.ms += 30_000;
  expect(pace.wait('a', 1_000)).toBe(0);
});

test('F13: by default it is measured by a clock that nobody sets back', () => {
  const pace = createPace();
  expect(pace.wait('a', 60_000)).toBe(0);
  expect(pace.wait('a', 60_000)).toBeGreaterThan(59_000);
});
