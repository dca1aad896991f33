import { expect, test } from 'vitest';
import { createRemovalPace } from '../../src/controller/preview/removal-pace.ts';

/** Looks at a removal as often as it is told to; `waitingFor` says what holds it at which second. */
function aRemoval(seconds: number, waitingFor: (second: number) => string) {
  let at = 0;
  const pace = createRemovalPace(() => at);
  const looks: { at: number; said: string | undefined }[] = [];
  while (at < seconds * 1_000) {
    const { againInMs, said } = pace.wait('team/one', waitingFor(at / 1_000));
    looks.push({ at: at / 1_000, said });
    at += againInMs;
  }
  return looks;
}

test('F12: a removal is looked at four times a second at first, and twice a minute in the end', () => {
  const looks = aRemoval(3_600, () => 'namespace x');
  expect(looks.filter(({ at }) => at < 2)).toHaveLength(8);
  expect(looks.filter(({ at }) => at >= 60 && at < 120).length).toBeLessThanOrEqual(8);
  expect(looks.filter(({ at }) => at >= 300 && at < 360)).toHaveLength(2);
});

test('F12: an ordinary removal has nothing to say', () => {
  const looks = aRemoval(9, (second) => (second < 3 ? 'pods a, b' : 'namespace x'));
  expect(looks.filter(({ said }) => said)).toEqual([]);
});

test('F12: what it waits for is said once that has lasted', () => {
  const looks = aRemoval(60, () => 'pods a');
  expect(looks.find(({ said }) => said)).toEqual({ at: expect.closeTo(10, -0.5) as number, said: 'pods a' });
});

test('F12: what changes at every look is not said', () => {
  expect(aRemoval(30, (second) => `pods ${second}`).filter(({ said }) => said)).toEqual([]);
});
