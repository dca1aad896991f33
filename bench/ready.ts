import { branchGone } from '../demo/branch-gone.ts';
import { branchReady } from '../demo/branch-ready.ts';
import { branchUpdated } from '../demo/branch-updated.ts';
import { onStage } from '../demo/on-stage.ts';
import type { Step } from '../demo/steps.ts';
import type { Arguments } from './arguments.ts';
import { chartReady } from './chart/chart.ts';
import { median } from './statistics.ts';
import type { Measure } from './report.ts';

const ROUNDS = 5;
/** One that is not counted: images are unpacked, the schema of this image is dumped. */
const WARM_UP = 'feature/warm-up';

/** The lives of five branches, one after the other, on one sandbox with one Offshoot. */
export async function ready({ chart }: Pick<Arguments, 'chart'>): Promise<Measure[]> {
  const rounds: Record<(typeof MEASURES)[number]['name'], number>[] = [];
  const steps: Step[] = [];
  let memoryMib = 0;
  let chartSeconds: number | undefined;
  const { failures, interrupted } = await onStage({ keep: false, steps }, async (world) => {
    const first = await branchReady(world, WARM_UP, 300);
    await branchGone(world, first, 180);
    for (let n = 1; n <= ROUNDS; n++) {
      const there = await branchReady(world, `feature/bench-${n}`, 300);
      const update_seconds = await branchUpdated(world, there, 120);
      const gone_seconds = await branchGone(world, there, 180);
      const { seconds: ready_seconds, apiRequests: api_requests } = there;
      rounds.push({ ready_seconds, update_seconds, gone_seconds, api_requests });
    }
    memoryMib = world.memory.highest();
    if (chart !== undefined) chartSeconds = await chartReady(world, chart);
  });
  if (interrupted) throw new Error('interrupted');
  if (failures.length > 0) throw new Error(failures.join('\n'));
  return [
    ...MEASURES.map(({ name, limit }) => ({ name, limit, values: rounds.map((one) => one[name]) })),
    { name: 'memory_mib', values: [memoryMib] },
    ...(chartSeconds === undefined
      ? []
      : compared(
          chartSeconds,
          rounds.map((one) => one.ready_seconds),
        )),
  ];
}

const MEASURES = [
  { name: 'ready_seconds', limit: 10 },
  { name: 'update_seconds', limit: 4 },
  { name: 'gone_seconds', limit: 10 },
  { name: 'api_requests', limit: 60 },
] as const;

/** How many times as long the chart takes. */
const compared = (chart: number, ours: readonly number[]): Measure[] => [
  { name: 'chart_ready_seconds', values: [chart] },
  { name: 'chart_ratio', values: [chart / median(ours)] },
];
