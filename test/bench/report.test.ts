import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { keepReport, reportOf, tableOf } from '../../bench/report.ts';
import { median, percentile } from '../../bench/statistics.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const measures = [
  { name: 'ready_seconds', values: [31, 20, 33.333], limit: 30 },
  { name: 'gone_seconds', values: [8.126, 8.1, 8.2], limit: 10 },
  { name: 'memory_mib', values: [120.5] },
];
const report = reportOf(measures, new Date('2026-11-21T03:04:05Z'));

test('the median is the middle, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([10, 9])).toBe(9.5);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow(/no values/);
});

test('a percentile is a value that was seen, and that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([7, 8], 0.01)).toBe(7);
});

test('the table shows every round, the medians and a limit that is exceeded', () => {
  expect(tableOf(report)).toBe(
    [
      '               round 1  round 2  round 3  median         limit',
      'ready_seconds       31       20    33.33      31  30  exceeded',
      'gone_seconds      8.13      8.1      8.2    8.13            10',
      'memory_mib                                 120.5',
    ].join('\n'),
  );
});

test('a report is kept under its date, and its picture beside it', async () => {
  const [file, picture] = await keepReport(await temporaryFolder(), report, '<svg/>');
  expect(file).toMatch(/2026-11-21T0304\.json$/);
  expect(JSON.parse(await readFile(file!, 'utf8'))).toEqual(report);
  expect(picture).toBe(file!.replace('.json', '.svg'));
  expect(await readFile(picture!, 'utf8')).toBe('<svg/>');
});
