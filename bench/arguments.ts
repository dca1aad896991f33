import { parseArgs } from 'node:util';

/** What can be measured, in the order in which it is. */
export const SUBJECTS = [
  'webhooks',
  'flood',
  'memory',
  'start',
  'crowd',
  'war',
  'handover',
  'ready',
] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface Arguments {
  readonly subjects: readonly Subject[];
  /** Folder of the official Airflow chart, to be installed and measured beside. */
  readonly chart: string | undefined;
}

export const USAGE = `Usage: npm run bench [-- SUBJECT… OPTIONS]

  webhooks     deliveries of distinct new branches at 50 a second, on a control plane
  flood        Offshoot's memory while 200 strangers send it large bodies, and how long the longest patterns take
  memory       Offshoot's memory with 1, 10 and 100 previews, on a control plane
  start        20 previews that start, on a control plane: the CPU time that Offshoot spends on them
  crowd        300 previews that start and do not get ready, on a control plane: requests and CPU
  war          a Deployment that somebody else keeps changing, on a control plane: writes a minute
  handover     two Offshoots: how soon the second leads when the first is killed, or asked to end
  ready        the lives of five branches on a real node

Without a subject, all of them. A report is kept under bench/results/.

  --chart DIR  with ready: also install the official Airflow chart from DIR, and compare
  --help       this`;

/** Reads the command line; undefined is a call for help, an error says what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { chart: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) return undefined;
  const unknown = positionals.filter((word) => !(SUBJECTS as readonly string[]).includes(word));
  if (unknown.length > 0)
    throw new Error(`nothing is called ${unknown.join(', ')}; there are: ${SUBJECTS.join(', ')}`);
  const subjects = SUBJECTS.filter((one) => positionals.length === 0 || positionals.includes(one));
  if (values.chart !== undefined && !subjects.includes('ready'))
    throw new Error('--chart is compared with ready: add that subject');
  return { subjects, chart: values.chart };
}
