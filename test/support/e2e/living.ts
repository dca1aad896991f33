import { Airflow } from '../../../demo/airflow.ts';
import { slackMessage } from '../../../demo/branch-gone.ts';
import type { ReadyBranch } from '../../../demo/branch-ready.ts';
import type { Commit } from '../../../demo/dag-clone.ts';
import { names } from '../../../demo/manifests.ts';
import type { Condition } from '../../../demo/preview-tracker.ts';
import { showContent } from '../../../demo/slack/show.ts';
import { until } from '../../../demo/until.ts';
import type { World } from '../../../demo/world.ts';

const within = (seconds: number) => ({ signal: AbortSignal.timeout(seconds * 1000) });

/** Waits until the branch's Airflow is healthy at its URL and shows this commit, and its Preview says so. */
export async function isReady(
  { tracker }: World,
  branch: string,
  commit: Commit,
  seconds = 280,
): Promise<ReadyBranch> {
  const from = new Date();
  const began = performance.now();
  const found = await until(
    `${branch} to be ready`,
    async () => {
      const { url, namespace } = tracker.preview(branch)?.status ?? {};
      const ready = conditionOf(tracker, branch);
      if (ready?.status !== 'True' || url === undefined || namespace === undefined)
        return { yet: ready === undefined ? 'no condition Ready' : `${ready.reason}: ${ready.message}` };
      const airflow = new Airflow(url);
      const healthy = await airflow.health();
      if ('yet' in healthy) return healthy;
      const shown = await airflow.shows(commit.sources);
      return 'yet' in shown ? shown : { done: { airflow, namespace } };
    },
    within(seconds),
  );
  return { branch, commit, ...found, from, seconds: (performance.now() - began) / 1000, apiRequests: 0 };
}

/** Waits until nothing is wrong any more: the database is up, the branch is there, and Airflow is starting or has started. */
export async function isStarting({ tracker }: World, branch: string): Promise<void> {
  await until(
    `${branch} to be on its way`,
    () => {
      const [ready, database, dags] = ['Ready', 'DatabaseReady', 'DagsSynced'].map((type) =>
        conditionOf(tracker, branch, type),
      );
      const fine = ['AirflowStarting', 'Ready'].includes(ready?.reason ?? '');
      if (fine && database?.status === 'True' && dags?.status === 'True') return { done: true };
      return { yet: `${ready?.reason}: ${ready?.message}` };
    },
    within(120),
  );
}

/** Waits until `kubectl get previews` shows the branch with this reason, and gives the sentence beside it. */
export async function saysWhy(
  { kubectl, tracker }: World,
  branch: string,
  reason: string,
  seconds = 60,
  readyIs = 'False',
): Promise<string> {
  return until<string>(
    `${branch} to say ${reason}`,
    async () => {
      const table = await kubectl(['get', 'previews', '--namespace', names.namespace, '--output=wide']);
      const row = table.split('\n').find((line) => line.split(/\s{2,}/)[1] === branch);
      const [, , ready, said] = row?.split(/\s{2,}/) ?? [];
      const message = conditionOf(tracker, branch)?.message;
      if (ready !== readyIs || said !== reason || message === undefined || !table.includes(message))
        return { yet: row ?? `no such row in:\n${table}` };
      return { done: message };
    },
    within(seconds),
  );
}

/** Waits until `kubectl get previews` shows the branch as ready, and this as what is wrong with it all the same; gives the sentence. */
export async function remarks(world: World, branch: string, reason: string, seconds = 60): Promise<string> {
  return saysWhy(world, branch, reason, seconds, 'True');
}

/** Waits until neither Preview nor namespace of any branch is there, and Slack says Removed of each it had announced. */
export async function areGone(world: World, branches: readonly string[], seconds = 280): Promise<void> {
  await until(
    `${branches.join(', ')} to be gone`,
    async () => {
      const left = [
        ...branches
          .filter((branch) => world.tracker.preview(branch) !== undefined)
          .map((branch) => `Preview of ${branch}`),
        ...(await namespacesOf(world, branches)).map((name) => `namespace ${name}`),
        ...branches.flatMap((branch) => {
          const message = slackMessage(world, branch);
          const said = message === undefined ? undefined : showContent(message.content);
          return said === undefined || /\bremoved\b/i.test(said) ? [] : [`Slack's word: ${said}`];
        }),
      ];
      return left.length > 0 ? { yet: `still there: ${left.join('; ')}` } : { done: true };
    },
    within(seconds),
  );
}

async function namespacesOf({ kube }: World, branches: readonly string[]): Promise<readonly string[]> {
  type Namespaces = { items: { metadata: { name: string; annotations?: Record<string, string> } }[] };
  const { body } = await kube.get('/api/v1/namespaces?labelSelector=offshoot.dev/preview-uid');
  return (body as Namespaces).items
    .filter(({ metadata }) => branches.includes(metadata.annotations?.['offshoot.dev/branch'] ?? ''))
    .map(({ metadata }) => metadata.name);
}

export function conditionOf(
  tracker: World['tracker'],
  branch: string,
  type = 'Ready',
): Condition | undefined {
  return tracker.preview(branch)?.status?.conditions?.find((one) => one.type === type);
}
