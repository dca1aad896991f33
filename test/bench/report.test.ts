import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { median } from '../../bench/median.ts';
import { keepReport, reportOf, tableOf, type Round } from '../../bench/report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const aRound = (ready_seconds: number): Round => ({
  ready_seconds,
  update_seconds: 4,
  gone_seconds: 8.126,
  api_requests: 50,
});
const report = reportOf([aRound(31), aRound(20), aRound(33.333)], 120.5, new Date('2026-11-21T03:04:05Z'));

test('the median is the middle, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([10, 9])).toBe(9.5);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow(/nothing/);
});

test('the table shows every round, the medians and a limit that is exceeded', () => {
  expect(tableOf(report)).toBe(
    [
      '                round 1  round 2  round 3  median         limit',
      'ready_seconds        31       20    33.33      31  30  exceeded',
      'update_seconds        4        4        4       4            15',
      'gone_seconds       8.13     8.13     8.13    8.13            20',
      'api_requests         50       50       50      50',
      'memory_mib                                  120.5',
    ].join('\n'),
  );
});

test('a report is kept under its date', async () => {
  const file = await keepReport(await temporaryFolder(), report);
  expect(file).toMatch(/2026-11-21T0304\.json$/);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(report);
});
