import { expect, test } from 'vitest';
import { readArguments, SUBJECTS } from '../../bench/arguments.ts';

test('without a word everything is measured, with one only that', () => {
  expect(readArguments([])).toEqual({ subjects: SUBJECTS, chart: undefined });
  expect(readArguments(['ready', '--chart', 'charts/airflow'])).toEqual({
    subjects: ['ready'],
    chart: 'charts/airflow',
  });
  expect(readArguments(['--help'])).toBeUndefined();
});

test.each([
  [['speed'], /unknown subject speed/],
  [['webhooks', '--chart', 'x'], /--chart requires the subject ready/],
  [['--fast'], /--fast/],
])('%j is refused with a reason', (args, reason) => {
  expect(() => readArguments(args)).toThrow(reason);
});
