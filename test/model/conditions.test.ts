import { expect, test } from 'vitest';
import { findCondition, withTransitions } from '../../src/model/conditions.ts';
import { aCondition, NOW } from '../support/builders.ts';

const earlier = '2026-11-20T09:00:00Z';
const before = [aCondition({ type: 'Ready', lastTransitionTime: earlier })];

test('a status that stays keeps its time, even with another reason', () => {
  const next = [aCondition({ type: 'Ready', reason: 'AirflowStarting', message: 'Other.' })];
  expect(withTransitions(next, before, NOW)).toEqual([{ ...next[0], lastTransitionTime: earlier }]);
});

test('a status that changes gets the time of the change, to the second', () => {
  const next = [aCondition({ type: 'Ready', status: 'True' })];
  const at = new Date('2026-11-20T10:00:00.789Z');
  expect(withTransitions(next, before, at)[0]?.lastTransitionTime).toBe('2026-11-20T10:00:00Z');
});

test('a condition that is new gets the time of its first day, one that is no longer said goes', () => {
  const next = [aCondition({ type: 'Stalled' })];
  expect(withTransitions(next, before, NOW)).toEqual([
    { ...next[0], lastTransitionTime: '2026-11-20T10:00:00Z' },
  ]);
});

test('an unchanged world gives the same bytes however late it is', () => {
  const first = withTransitions(before, undefined, NOW);
  expect(JSON.stringify(withTransitions(first, first, new Date(NOW.getTime() + 86_400_000)))).toBe(
    JSON.stringify(first),
  );
});

test('a condition is found by its type, in nothing as well', () => {
  expect(findCondition(before, 'Ready')).toBe(before[0]);
  expect(findCondition(before, 'Stalled')).toBeUndefined();
  expect(findCondition(undefined, 'Ready')).toBeUndefined();
});
