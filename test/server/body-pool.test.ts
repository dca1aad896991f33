import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBodyPool } from '../../src/server/body-pool.ts';
import { networkOf } from '../../src/server/network-of.ts';

const KIB = 1024;

test('F3: what all bodies hold together stays under the limit, whoever comes and whatever they send', () => {
  const step = fc.record({ guest: fc.nat(30), bytes: fc.nat(40 * KIB), leaves: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const pool = createBodyPool({ bytes: 100 * KIB, bodies: 10 });
      const places = new Map<number, ReturnType<typeof pool.enter>>();
      for (const { guest, bytes, leaves } of steps) {
        const place = places.get(guest) ?? pool.enter(`192.0.2.${guest % 4}`);
        places.set(guest, place);
        place.take(bytes);
        expect(pool.bytes).toBeLessThanOrEqual(100 * KIB);
        if (leaves || place.signal.aborted) {
          place.leave();
          place.leave(); // twice is once
          places.delete(guest);
        }
        const inside = [...places.values()].filter(({ signal }) => !signal.aborted).length;
        expect(inside).toBeLessThanOrEqual(10);
      }
      for (const place of places.values()) place.leave();
      expect(pool.bytes).toBe(0);
    }),
  );
});

test('F3: a full pool puts out the largest body of the address that holds most, never a small one that comes', () => {
  const pool = createBodyPool({ bytes: 100 * KIB, bodies: 100 });
  const stranger = [60, 20].map((kib) => {
    const place = pool.enter('203.0.113.9');
    place.take(kib * KIB);
    return place;
  });
  const large = pool.enter('192.0.2.1');
  large.take(15 * KIB);
  const small = pool.enter('192.0.2.1');
  small.take(10 * KIB);
  expect([...stranger, large, small].map(({ signal }) => signal.aborted)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('F3: with too many bodies at once the oldest of the address that has most goes', () => {
  const pool = createBodyPool({ bytes: KIB, bodies: 3 });
  const [one, other, third] = ['192.0.2.1', '203.0.113.9', '203.0.113.9'].map((from) => pool.enter(from));
  const last = pool.enter('192.0.2.2');
  expect([one, other, third, last].map((place) => place!.signal.aborted)).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

test('behind a proxy, which makes all of them one sender, the largest still goes first', () => {
  const pool = createBodyPool({ bytes: 100 * KIB, bodies: 100 });
  const places = [50, 30, 10, 20].map((kib) => {
    const place = pool.enter('10.0.0.1');
    place.take(kib * KIB);
    return place.signal;
  });
  expect(places.map(({ aborted }) => aborted)).toEqual([true, false, false, false]);
});

test('many tiny chunks are not free', () => {
  const pool = createBodyPool({ bytes: 100 * KIB, bodies: 100 });
  const place = pool.enter('10.0.0.1');
  for (let n = 0; n < 1_000; n++) place.take(1);
  expect(place.signal.aborted).toBe(true);
});

test.each([
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
])('%s and %s are one sender: %s', (one, other, same) => {
  expect(networkOf(one) === networkOf(other)).toBe(same);
});
