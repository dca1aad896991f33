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

  webhooks     deliveries for new branches, 50 per second, on a control plane
  flood        Offshoot's memory while 200 unverified senders post large bodies; matching time of the longest patterns
  memory       Offshoot's memory with 1, 10 and 100 previews, on a control plane
  start        Offshoot's CPU time while 20 previews start, on a control plane
  crowd        requests and CPU with 300 previews that never become ready, on a control plane
  war          Offshoot's writes per minute to a Deployment that something else keeps changing, on a control plane
  handover     how soon a second Offshoot leads after the first is killed, or asked to stop
  ready        five branches from push to removal, on a real node

Without a subject, all of them are measured. The report is saved under bench/results/.

  --chart DIR  with ready: also install the official Airflow chart from DIR, and compare
  --help       show this help`;

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
    throw new Error(`unknown subject ${unknown.join(', ')}; the subjects are: ${SUBJECTS.join(', ')}`);
  const subjects = SUBJECTS.filter((one) => positionals.length === 0 || positionals.includes(one));
  if (values.chart !== undefined && !subjects.includes('ready'))
    throw new Error('--chart requires the subject ready');
  return { subjects, chart: values.chart };
}
