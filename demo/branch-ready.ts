import { Airflow } from './airflow.ts';
import type { Commit } from './dag-clone.ts';
import type { Delivery } from './git-server/deliver.ts';
import { auditRequests } from './oracle/audit-requests.ts';
import type { Happening } from './preview-tracker.ts';
import { until, type Look } from './until.ts';
import type { World } from './world.ts';

export interface ReadyBranch {
  readonly branch: string;
  readonly commit: Commit;
  readonly airflow: Airflow;
  /** The preview's namespace. */
  readonly namespace: string;
  /** When the push began. */
  readonly from: Date;
  readonly seconds: number;
  /** Null where the API server's audit log cannot be read. */
  readonly apiRequests: number | null;
}

const MILESTONES: readonly (readonly [Happening['what'], string])[] = [
  ['created', 'preview created'],
  ['DatabaseReady is True', 'database ready'],
  ['DagsSynced is True', 'DAGs synced'],
  ['AirflowHealthy is True', 'Airflow healthy'],
  ['Ready is True', 'preview ready'],
];

/**
 * Pushes a branch never seen before and waits until, through its public URL, all of Airflow's parts are healthy and
 * its DAGs are listed with the source of that commit. The clock starts right before `git push` is started.
 */
export async function branchReady(world: World, branch: string, limitSeconds: number): Promise<ReadyBranch> {
  const { steps, narrator, clone, tracker, kube, cluster } = world;
  const commit = await clone.branch(branch);
  const from = new Date();
  const began = performance.now();
  narrator.pushing(branch, began);

  const { airflow, ended } = await steps.step(
    `${branch} pushed, and healthy at its URL`,
    limitSeconds,
    async (signal) => {
      await clone.push(branch);
      const reached = await until(
        `${branch} to be healthy at its URL`,
        () => reachable(world, branch, commit),
        { signal },
      );
      return { airflow: reached, ended: performance.now() };
    },
  );
  const to = new Date();

  await steps.step(`${branch}: its Preview reports Ready`, 60, (signal) =>
    until(
      'all conditions',
      () => missing(MILESTONES.filter(([what]) => !tracker.when(branch, what, began))),
      { signal },
    ),
  );
  const received = world.deliveries.find((delivery) => accepted(delivery, branch) && delivery.at >= began);
  if (received === undefined) throw new Error(`${branch}: no webhook was answered 202`);
  steps.note(`${branch}: webhook received, since push`, (received.at - began) / 1000);
  for (const [what, phrase] of MILESTONES) {
    steps.note(`${branch}: ${phrase}, since push`, (tracker.when(branch, what, began)! - began) / 1000);
  }
  const namespace = tracker.preview(branch)?.status?.namespace;
  if (namespace === undefined) throw new Error(`${branch}: its Preview is Ready but has no status.namespace`);
  const { status } = await kube.get(`/api/v1/namespaces/${namespace}`);
  if (status !== 200) throw new Error(`${branch}: its namespace ${namespace} answers ${status}`);
  const { auditLog } = cluster;
  const apiRequests =
    auditLog === undefined ? null : await auditRequests(auditLog, world.offshoot.identity, from, to);
  return { branch, commit, airflow, namespace, from, seconds: (ended - began) / 1000, apiRequests };
}

async function reachable({ tracker }: World, branch: string, commit: Commit): Promise<Look<Airflow>> {
  const url = tracker.preview(branch)?.status?.url;
  if (url === undefined) return { yet: 'the Preview has no URL' };
  const airflow = new Airflow(url);
  const health = await airflow.health();
  if ('yet' in health) return health;
  const shown = await airflow.shows(commit.sources);
  return 'yet' in shown ? shown : { done: airflow };
}

function missing(milestones: typeof MILESTONES): Look<true> {
  if (milestones.length === 0) return { done: true };
  return { yet: `still missing: ${milestones.map(([, phrase]) => phrase).join(', ')}` };
}

function accepted({ ref, outcome }: Delivery, branch: string): boolean {
  return ref.endsWith(branch) && 'status' in outcome && outcome.status === 202;
}
