import { setTimeout as sleep } from 'node:timers/promises';
import { branchGone, slackMessage } from './branch-gone.ts';
import { branchReady } from './branch-ready.ts';
import { branchUpdated } from './branch-updated.ts';
import { dagRun } from './dag-run.ts';
import { names } from './manifests.ts';
import { openUrl } from './open-url.ts';
import { describeIdentity, leftOver } from './oracle/left-over.ts';
import { settledSnapshot } from './oracle/settled-snapshot.ts';
import { snapshot, type Identity } from './oracle/snapshot.ts';
import type { Result } from './result.ts';
import { showContent } from './slack/show.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

const BRANCH = 'feature/hardy';

/** The whole story, played by itself; `result` is filled as it goes on, so that a failure keeps what was measured. */
export async function once(world: World, result: Result): Promise<void> {
  const { steps, cluster } = world;
  const before = await steps.step('all objects in the cluster recorded', 60, (signal) =>
    cluster.shared ? snapshot(cluster.kubeconfig) : settledSnapshot(cluster.kubeconfig, signal),
  );

  const ready = await branchReady(world, BRANCH, 300);
  result.ready_seconds = rounded(ready.seconds);
  result.api_requests = ready.apiRequests;
  await steps.step('the URL opened, as a browser would', 60, () => openUrl(ready.airflow));
  await steps.step('Slack says Ready, with the URL', 30, async (signal) =>
    slackReady(world, ready.airflow.url, signal),
  );

  result.run_state = await dagRun(world, ready, 180);
  if (result.run_state !== 'success') throw new Error(`the DAG run: ${result.run_state}`);
  result.update_seconds = rounded(await branchUpdated(world, ready, 120));
  await steps.step('no DAG ran unless it was triggered', 30, async () => {
    const runs = await ready.airflow.runs();
    if (runs.length !== 1)
      throw new Error(
        `1 run was triggered, but there are: ${runs.map(({ dag, id }) => `${dag} ${id}`).join(', ')}`,
      );
  });

  result.gone_seconds = rounded(await branchGone(world, ready, 180));
  await steps.step('nothing is left over', 60, async (signal) => {
    const left = await remaining(before, world, ready.namespace, signal);
    result.left_over = left.map(describeIdentity);
    if (left.length > 0) throw new Error(`left over: ${result.left_over.join(', ')}`);
  });
}

/** Compares until nothing is left, ten seconds at most: what the API server takes away a moment later counts as gone. */
async function remaining(
  before: readonly Identity[],
  { cluster }: World,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Identity[]> {
  const end = performance.now() + 10_000;
  // In a cluster that others use too, things come and go that are none of our business.
  const concerns = (one: Identity): boolean =>
    !cluster.shared ||
    [namespace, names.namespace].some((ours) => one.namespace === ours || one.name === ours);
  for (;;) {
    const after = await snapshot(cluster.kubeconfig);
    const taken = leftOver(after, before).filter(concerns);
    if (taken.length > 0)
      throw new Error(`removed, but not created for the preview: ${taken.map(describeIdentity).join(', ')}`);
    const left = leftOver(before, after).filter(concerns);
    if (left.length === 0 || performance.now() > end || signal.aborted) return left;
    await sleep(500);
  }
}

async function slackReady(world: World, url: string, signal: AbortSignal): Promise<void> {
  await until(
    'Slack to say Ready',
    () => {
      const message = slackMessage(world, BRANCH);
      const said = message === undefined ? 'nothing' : showContent(message.content);
      return /\bready\b/i.test(said) && said.includes(url) ? { done: true } : { yet: `Slack says: ${said}` };
    },
    { signal },
  );
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
