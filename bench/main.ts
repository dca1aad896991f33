import { join } from 'node:path';
import { branchGone } from '../demo/branch-gone.ts';
import { branchReady } from '../demo/branch-ready.ts';
import { branchUpdated } from '../demo/branch-updated.ts';
import { onStage } from '../demo/on-stage.ts';
import type { World } from '../demo/world.ts';
import { keepReport, reportOf, tableOf, type Round } from './report.ts';

const ROUNDS = 3;
const RESULTS = join(import.meta.dirname, 'results');

const rounds: Round[] = [];
let memoryMib = 0;

/** One branch's life, on the sandbox and with the Offshoot that the other rounds use too. */
async function play(world: World, branch: string): Promise<Round> {
  const ready = await branchReady(world, branch, 300);
  const update_seconds = await branchUpdated(world, ready, 120);
  const gone_seconds = await branchGone(world, ready, 180);
  return { ready_seconds: ready.seconds, update_seconds, gone_seconds, api_requests: ready.apiRequests };
}

const { failures, interrupted } = await onStage({ keep: false, steps: [] }, async (world) => {
  for (let n = 1; n <= ROUNDS; n++) rounds.push(await play(world, `feature/bench-${n}`));
  memoryMib = world.memory.highest();
});

for (const failure of failures) console.error(`✗ ${failure}`);
if (rounds.length === ROUNDS) {
  const report = reportOf(rounds, memoryMib, new Date());
  console.log(`\n${tableOf(report)}\n\nKept in ${await keepReport(RESULTS, report)}`);
}
process.exit(interrupted ? 130 : failures.length === 0 ? 0 : 1);
