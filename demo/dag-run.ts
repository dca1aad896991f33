import type { ReadyBranch } from './branch-ready.ts';
import { until } from './until.ts';
import { WorkerPods } from './worker-pods.ts';
import type { World } from './world.ts';

const DAG = 'hello';
const SLOW_TASK = 'look_around';

/**
 * Runs a TaskFlow DAG through the branch's URL and gives the run's state: `success` only if for every task a worker pod
 * was seen to run and to succeed, and its log could be read while it ran.
 */
export async function dagRun(
  { steps, kube }: World,
  { airflow, namespace }: ReadyBranch,
  limitSeconds: number,
): Promise<string> {
  const followed = new AbortController();
  const pods = new WorkerPods();
  try {
    return await steps.step(`DAG ${DAG} run, each task in its own pod`, limitSeconds, async (signal) => {
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
      const state = await until<string>(
        `run ${run} to end`,
        async () => {
          const state = (await airflow.runs()).find(({ id }) => id === run)?.state;
          if (state === 'success' || state === 'failed') return { done: state };
          return { yet: `it is ${state ?? 'not listed'}` };
        },
        { signal, everyMs: 300 },
      );
      if (state !== 'success') return state;
      const tasks = await airflow.tasks(DAG, run);
      if (tasks.length === 0) return `${state}, but no task ran`;
      // A worker tells Airflow first and ends then: its pod succeeds a moment after its task.
      await until(
        'a worker pod of each task to be seen running, then succeeded',
        () => {
          const unseen = tasks.filter(({ task }) => !pods.ranAndSucceeded(task));
          if (unseen.length === 0) return { done: true };
          return { yet: unseen.map(({ task }) => `${task}: ${pods.phases(task)}`).join('; ') };
        },
        { signal },
      );
      return state;
    });
  } finally {
    followed.abort();
  }
}
