import type { ReadyBranch } from '../../demo/branch-ready.ts';
import type { Step } from '../../demo/steps.ts';
import type { Bar } from './bar.ts';

/** The words of the script that starts Airflow's parts, at which one stage ends and the next begins. */
const STAGES = [
  ['Airflow imported', 'Airflow is imported'],
  ['schema there', 'the database has its schema'],
] as const;

const SAID = / airflow \| ([\d.]+) s: /;

/**
 * Where the seconds from a push to a ready preview went: what the bench's own eyes saw (`steps`), and between these what the
 * Airflow container's log says, as `kubectl logs --timestamps` prints it. Bars overlap where things went side by side.
 */
export function whereItGoes(
  { branch, from, seconds }: ReadyBranch,
  steps: readonly Step[],
  log: string,
): Bar[] {
  const since = (phrase: string): number => {
    const step = steps.find(({ name }) => name === `${branch}: ${phrase}, since push`);
    if (step === undefined) throw new Error(`${branch}: no step reports "${phrase}"`);
    return step.seconds;
  };
  const lines = log.split('\n').filter((line) => SAID.test(line.slice(0, 60)));
  const at = (line: string | undefined): number | undefined =>
    line === undefined ? undefined : (Date.parse(line.split(' ')[0]!) - from.getTime()) / 1000;
  const created = since('preview created');
  const bars: Bar[] = [
    { what: 'push, webhook, Preview', from: 0, to: created },
    { what: 'PostgreSQL accepts', from: created, to: since('database ready') },
    { what: 'git-sync has the branch', from: created, to: since('DAGs synced') },
  ];
  let before = created;
  const add = (what: string, to: number | undefined): void => {
    if (to === undefined) return;
    bars.push({ what, from: before, to: Math.max(before, to) });
    before = Math.max(before, to);
  };
  const first = at(lines[0]);
  // Every line says how long the process has run.
  add('Airflow container starts', first && first - Number(SAID.exec(lines[0]!)![1]));
  for (const [what, words] of STAGES) add(what, at(lines.find((line) => line.includes(words))));
  add('all parts healthy', since('Airflow healthy'));
  add('DAGs listed at the URL', seconds);
  return bars;
}
