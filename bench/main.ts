import { join } from 'node:path';
import { memoryBySize } from './memory.ts';
import { ready } from './ready.ts';
import { keepReport, reportOf, tableOf, type Measure } from './report.ts';
import { webhooks } from './webhooks.ts';

const RESULTS = join(import.meta.dirname, 'results');

/** What can be measured, by the word that asks for it; without a word, all of it. */
const subjects: Readonly<Record<string, () => Promise<Measure[]>>> = {
  webhooks,
  memory: memoryBySize,
  ready,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((word) => !Object.hasOwn(subjects, word));
if (unknown.length > 0) {
  console.error(`Nothing is called ${unknown.join(', ')}; there are: ${Object.keys(subjects).join(', ')}`);
  process.exit(2);
}

const measures: Measure[] = [];
let failed = false;
for (const word of asked.length > 0 ? asked : Object.keys(subjects)) {
  console.log(`\nMeasuring: ${word}`);
  try {
    measures.push(...(await subjects[word]!()));
  } catch (error) {
    failed = true;
    console.error(`✗ ${word}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
if (measures.length > 0) {
  const report = reportOf(measures, new Date());
  console.log(`\n${tableOf(report)}\n\nKept in ${await keepReport(RESULTS, report)}`);
}
process.exit(failed ? 1 : 0);
