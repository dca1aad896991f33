import { setTimeout as sleep } from 'node:timers/promises';
import { branchGone } from '../demo/branch-gone.ts';
import { branchReady, type ReadyBranch } from '../demo/branch-ready.ts';
import { branchUpdated } from '../demo/branch-updated.ts';
import { onStage } from '../demo/on-stage.ts';
import { pss } from '../demo/oracle/pss.ts';
import type { Step } from '../demo/steps.ts';
import type { World } from '../demo/world.ts';
import type { Arguments } from './arguments.ts';
import { chartReady } from './chart/chart.ts';
import type { Bar } from './picture/bar.ts';
import { svgOf } from './picture/svg.ts';
import { whereItGoes } from './picture/where-it-goes.ts';
import type { Measure, Measured } from './report.ts';
import { median } from './statistics.ts';

const ROUNDS = 5;
/** One whose times are not counted: images are unpacked, the schema of this image is dumped. Its memory is looked at. */
const WARM_UP = 'feature/warm-up';
const IDLE_MS = 20_000;

const LIMITS = { ready_seconds: 10, update_seconds: 4, gone_seconds: 10, api_requests: 60 } as const;

type Round = Record<keyof typeof LIMITS, number> & { readonly bars: readonly Bar[] };

/** The lives of five branches, one after the other, on one sandbox with one Offshoot. */
export async function ready({ chart }: Pick<Arguments, 'chart'>): Promise<Measured> {
  const rounds: Round[] = [];
  const others: Measure[] = [];
  const steps: Step[] = [];
  const { failures, interrupted } = await onStage({ keep: false, steps }, async (world) => {
    others.push({ name: 'preview_pss_mib', values: [await warmUp(world)], limit: 750 });
    for (let n = 1; n <= ROUNDS; n++) rounds.push(await play(world, `feature/bench-${n}`, steps));
    others.push({ name: 'memory_mib', values: [world.memory.highest()] });
    if (chart !== undefined) others.push(...compared(await chartReady(world, chart), rounds));
  });
  if (interrupted) throw new Error('interrupted');
  if (rounds.length < ROUNDS) throw new Error(failures.join('\n'));
  const measures = Object.entries(LIMITS).map(([name, limit]) => ({
    name,
    limit,
    values: rounds.map((one) => one[name as keyof typeof LIMITS]),
  }));
  const [middle] = rounds.toSorted(byDistance(median(rounds.map(({ ready_seconds }) => ready_seconds))));
  const title = `From git push to a ready preview: ${middle!.ready_seconds.toFixed(1)} s`;
  return { measures: [...measures, ...others], picture: svgOf(title, middle!.bars), failures };
}

/** The memory of a preview that nobody has used. */
async function warmUp(world: World): Promise<number> {
  const there = await branchReady(world, WARM_UP, 300);
  await sleep(IDLE_MS, undefined, { signal: world.signal });
  const mib = await pss(world.kube, there.namespace);
  await branchGone(world, there, 180);
  return mib;
}

async function play(world: World, branch: string, steps: readonly Step[]): Promise<Round> {
  const there = await branchReady(world, branch, 300);
  const bars = whereItGoes(there, steps, await logOf(world, there));
  const update_seconds = await branchUpdated(world, there, 120);
  const gone_seconds = await branchGone(world, there, 180);
  const { seconds: ready_seconds, apiRequests } = there;
  return { ready_seconds, update_seconds, gone_seconds, api_requests: apiRequests ?? NaN, bars };
}

const logOf = ({ kubectl }: World, { namespace }: ReadyBranch): Promise<string> =>
  kubectl(['logs', 'deployment/airflow', '--namespace', namespace, '--container=airflow', '--timestamps']);

const byDistance =
  (from: number) =>
  (a: Round, b: Round): number =>
    Math.abs(a.ready_seconds - from) - Math.abs(b.ready_seconds - from);

/** How many times as long the chart takes. */
const compared = (chart: number, rounds: readonly Round[]): Measure[] => [
  { name: 'chart_ready_seconds', values: [chart] },
  { name: 'chart_ratio', values: [chart / median(rounds.map(({ ready_seconds }) => ready_seconds))] },
];
