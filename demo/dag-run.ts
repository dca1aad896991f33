import type { ReadyBranch } from './branch-ready.ts';
import { until } from './until.ts';
import { WorkerPods } from './worker-pods.ts';
import type { World } from './world.ts';

const DAG = 'hello';
const SLOW_TASK = 'look_around';

/**
 * Runs a TaskFlow DAG through the branch's URL. Gives `success` only if the run succeeded and for every task a worker
 * pod was seen to run and to succeed; else what was seen instead.
 */
export async function dagRun(
  { steps, kube }: World,
  { airflow, namespace }: ReadyBranch,
  limitSeconds: number,
): Promise<string> {
  const followed = new AbortController();
  const pods = new WorkerPods();
  try {
    return await steps.step(`DAG ${DAG} run, each task in a pod of its own`, limitSeconds, async (signal) => {
      await airflow.unpause(DAG);
      const run = await airflow.trigger(DAG);
      void pods.follow(kube, namespace, run, followed.signal);
      const readInTime = await until(
        `the log of ${SLOW_TASK} to be readable while it runs`,
        async () => {
          const log = await airflow.log(DAG, run, SLOW_TASK);
          if (log.includes('looked around')) return { done: false };
          return log.includes('of 5') ? { done: true } : { yet: log.slice(0, 300) };
        },
        { signal, everyMs: 300 },
      );
      if (!readInTime) throw new Error(`${SLOW_TASK} ended before its log could be read`);
      const state = await until(
        `run ${run} to end`,
        async () => {
          const found = (await airflow.runs()).find(({ id }) => id === run);
          const ended = found?.state === 'success' || found?.state === 'failed';
          return ended ? { done: found.state } : { yet: `it is ${found?.state ?? 'not listed'}` };
        },
        { signal, everyMs: 300 },
      );
      const tasks = await airflow.tasks(DAG, run);
      const unseen = tasks.filter(({ task }) => !pods.ranAndSucceeded(task));
      if (state === 'success' && tasks.length > 0 && unseen.length === 0) return state;
      const seen = unseen.map(({ task }) => `${task}: ${pods.phases(task)}`).join('; ');
      return `${state}, but no worker pod was seen to run and succeed of: ${seen}`;
    });
  } finally {
    followed.abort();
  }
}
