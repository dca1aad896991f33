import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './median.ts';

export interface Round {
  readonly ready_seconds: number;
  readonly update_seconds: number;
  readonly gone_seconds: number;
  readonly api_requests: number;
}

export interface Report {
  readonly date: string;
  readonly machine: {
    readonly cpus: number;
    readonly cpu: string;
    readonly memory_gib: number;
    readonly kernel: string;
  };
  readonly rounds: readonly Round[];
  readonly medians: Round;
  /** The highest resident memory of Offshoot during all rounds. */
  readonly memory_mib: number;
}

/** What the project promises; `api_requests` has no limit, it is there to be watched. */
const LIMITS: Readonly<Partial<Record<keyof Round, number>>> = {
  ready_seconds: 30,
  update_seconds: 15,
  gone_seconds: 20,
};
const MEASURES = ['ready_seconds', 'update_seconds', 'gone_seconds', 'api_requests'] as const;

export function reportOf(rounds: readonly Round[], memoryMib: number, now: Date): Report {
  const middle = (measure: keyof Round): number => round(median(rounds.map((one) => one[measure])));
  return {
    date: now.toISOString(),
    machine: {
      cpus: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memory_gib: round(totalmem() / 2 ** 30),
      kernel: release(),
    },
    rounds: rounds.map((one) => ({
      ...one,
      ...Object.fromEntries(MEASURES.map((name) => [name, round(one[name])])),
    })),
    medians: {
      ready_seconds: middle('ready_seconds'),
      update_seconds: middle('update_seconds'),
      gone_seconds: middle('gone_seconds'),
      api_requests: middle('api_requests'),
    },
    memory_mib: memoryMib,
  };
}

/** One line per measure: every round, the median, and what is promised. */
export function tableOf({ rounds, medians, memory_mib }: Report): string {
  const head = ['', ...rounds.map((_, at) => `round ${at + 1}`), 'median', 'limit'];
  const rows = MEASURES.map((measure) => {
    const limit = LIMITS[measure];
    const told = limit === undefined ? '' : `${limit}${medians[measure] > limit ? '  exceeded' : ''}`;
    return [measure, ...rounds.map((one) => String(one[measure])), String(medians[measure]), told];
  });
  rows.push(['memory_mib', ...rounds.map(() => ''), String(memory_mib), '']);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}

/** Keeps the report beside the earlier ones; gives the file. */
export async function keepReport(folder: string, report: Report): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${report.date.slice(0, 16).replace(':', '')}.json`);
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  return file;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
