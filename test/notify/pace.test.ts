import { afterEach, expect, test, vi } from 'vitest';
import { Pace } from '../../src/notify/pace.ts';

afterEach(() => void vi.useRealTimers());

test('F13: a wall clock that is set back an hour keeps no message for that hour', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const pace = new Pace(20);
  expect(await pace.turn('C0DAGS')).toBe(true);
  pace.hold('C0DAGS', 0.05);
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await pace.turn('C0DAGS')).toBe(true);
  expect(await pace.turn('C0DAGS')).toBe(true);
});
