import { expect, test } from 'vitest';
import { milliseconds } from '../../src/model/duration.ts';

test.each([
  ['90s', 90_000],
  ['2m', 120_000],
  ['1h30m', 5_400_000],
  ['24h', 86_400_000],
  ['0s', 0],
  ['1s1s', 2_000],
])('%s is %i ms', (text, expected) => {
  expect(milliseconds(text)).toBe(expected);
});

test.each(['', '5', 's', '-5s', '1.5h', '5 s', '2d', '1h\n', '1H', '100ms'])('"%s" is refused', (text) => {
  expect(() => milliseconds(text)).toThrow(`"${text}" is not a duration such as 90s, 2m or 1h30m`);
});
