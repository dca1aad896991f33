import { expect, test } from 'vitest';
import { createTruce } from '../../src/cluster/truce.ts';

const them = { by: 'them', field: 'spec.replicas' };

/** Somebody undoes it at once, every second, for so long; gives the seconds at which it was put right. */
function aWar(seconds: number, every = 1) {
  let at = 0;
  const truce = createTruce(() => at * 1000);
  const rounds: number[] = [];
  for (; at < seconds; at += every) {
    if (truce.tooSoon('x', them)) continue;
    truce.undid('x', them);
    rounds.push(at);
  }
  return { truce, rounds, wait: (more: number) => (at += more) };
}

test('F10: the first three are put right at once, what follows ever more slowly', () => {
  expect(aWar(300).rounds).toEqual([0, 1, 2, 12, 32, 72, 132, 192, 252]);
});

test('F10: no minute of a war sees more than six rounds', () => {
  const { rounds } = aWar(3_600);
  for (const from of rounds) {
    const within = rounds.filter((at) => at >= from && at < from + 60);
    expect(within.length).toBeLessThanOrEqual(6);
  }
});

test('F10: a few changes far apart are no war', () => {
  const { truce, rounds } = aWar(1_300, 130);
  expect(rounds).toHaveLength(10);
  expect(truce.lately('x')).toBeUndefined();
});

test('F10: the war is told while it lasts, and forgotten after two quiet minutes', () => {
  const { truce, wait } = aWar(5);
  expect(truce.tooSoon('x', undefined)).toEqual({ ...them, againInMs: 7_000 });
  expect(truce.lately('x')).toEqual({ ...them, againInMs: 0 });
  expect(truce.tooSoon('y', undefined)).toBeUndefined();
  wait(116);
  expect(truce.lately('x')).toBeDefined();
  wait(1);
  expect(truce.lately('x')).toBeUndefined();
  expect(truce.tooSoon('x', them)).toBeUndefined();
});

test('the latest rival is the one that is named', () => {
  const { truce } = aWar(5);
  truce.tooSoon('x', { by: 'others' });
  expect(truce.lately('x')).toMatchObject({ by: 'others' });
  truce.forget('x');
  expect(truce.lately('x')).toBeUndefined();
});
