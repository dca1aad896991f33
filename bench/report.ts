import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './statistics.ts';

/** One thing measured, once or in several rounds; `limit` is what the project promises of the median. */
export interface Measure {
  readonly name: string;
  readonly values: readonly number[];
  readonly limit?: number;
}

/** What one subject gave; a picture is an SVG document. */
export interface Measured {
  readonly measures: readonly Measure[];
  readonly picture?: string;
  /** What went wrong besides, after enough was measured to be kept. */
  readonly failures?: readonly string[];
}

export interface Report {
  readonly date: string;
  readonly machine: {
    readonly cpus: number;
    readonly cpu: string;
    readonly memory_gib: number;
    readonly kernel: string;
  };
  readonly measures: readonly (Measure & { readonly median: number })[];
}

export function reportOf(measures: readonly Measure[], now: Date): Report {
  return {
    date: now.toISOString(),
    machine: {
      cpus: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memory_gib: round(totalmem() / 2 ** 30),
      kernel: release(),
    },
    measures: measures.map((one) => ({
      ...one,
      values: one.values.map(round),
      median: round(median(one.values)),
    })),
  };
}

/** One line per measure: every round, the median, and what is promised. */
export function tableOf({ measures }: Report): string {
  const rounds = Math.max(...measures.map(({ values }) => values.length));
  const head = ['', ...Array.from({ length: rounds }, (_, at) => `round ${at + 1}`), 'median', 'limit'];
  const rows = measures.map(({ name, values, median, limit }) => {
    const shown = Array.from({ length: rounds }, (_, at) =>
      rounds > 1 && values.length === 1 ? '' : `${values[at] ?? ''}`,
    );
    const told = limit === undefined ? '' : `${limit}${median > limit ? '  exceeded' : ''}`;
    return [name, ...shown, String(median), told];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}

/** Keeps the report beside the earlier ones, and the picture beside it; gives the files. */
export async function keepReport(folder: string, report: Report, picture?: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const stem = join(folder, report.date.slice(0, 16).replace(':', ''));
  const files: [string, string][] = [[`${stem}.json`, `${JSON.stringify(report, undefined, 2)}\n`]];
  if (picture !== undefined) files.push([`${stem}.svg`, picture]);
  for (const [file, text] of files) await writeFile(file, text);
  return files.map(([file]) => file);
}

const round = (value: number): number => Math.round(value * 100) / 100;
