import { join } from 'node:path';
import { readArguments, USAGE, type Arguments, type Subject } from './arguments.ts';
import { flood } from './flood.ts';
import { handover } from './handover.ts';
import { crowd } from './crowd.ts';
import { memoryBySize } from './memory.ts';
import { ready } from './ready.ts';
import { keepReport, reportOf, tableOf, type Measure, type Measured } from './report.ts';
import { start } from './start.ts';
import { war } from './war.ts';
import { webhooks } from './webhooks.ts';

const RESULTS = join(import.meta.dirname, 'results');

const measure: Readonly<Record<Subject, (asked: Arguments) => Promise<Measured>>> = {
  webhooks,
  flood,
  memory: memoryBySize,
  handover,
  start,
  crowd,
  war,
  ready,
};

let asked: Arguments | undefined;
try {
  asked = readArguments(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
if (asked === undefined) {
  console.log(USAGE);
  process.exit(0);
}

const measures: Measure[] = [];
let picture: string | undefined;
let failed = false;
for (const subject of asked.subjects) {
  console.log(`\nMeasuring: ${subject}`);
  try {
    const measured = await measure[subject](asked);
    measures.push(...measured.measures);
    picture ??= measured.picture;
    for (const failure of measured.failures ?? []) throw new Error(failure);
  } catch (error) {
    failed = true;
    console.error(`✗ ${subject}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
if (measures.length > 0) {
  const report = reportOf(measures, new Date());
  console.log(
    `\n${tableOf(report)}\n\nSaved to ${(await keepReport(RESULTS, report, picture)).join(' and ')}`,
  );
}
process.exit(failed ? 1 : 0);
