import { setTimeout as sleep } from 'node:timers/promises';
import { deliver } from '../demo/git-server/deliver.ts';
import { webhooksFor } from '../demo/git-server/payloads.ts';
import { ABSENT } from '../demo/git-server/post-receive.ts';
import { previewName } from '../src/model/names.ts';
import { WEBHOOK_KEY } from '../test/support/product/manifests.ts';
import { NAMESPACE, onControlPlane, type Rig } from './control-plane.ts';
import { percentile } from './statistics.ts';
import type { Measured } from './report.ts';

const PER_SECOND = 50;
const SECONDS = 20;
const ROUNDS = 5;
/** A branch is there before anybody tells of it. */
const AHEAD_MS = 50;

/**
 * Distinct new branches, each pushed a moment before, are told at a steady rate, whether or not earlier ones were answered. A delivery's
 * time runs from the instant at which it was due until its 202; afterwards its mark is read from the Kubernetes API, and a missing one
 * is an error. Every round has a control plane and an Offshoot of its own.
 */
export async function webhooks(): Promise<Measured> {
  const rounds: number[][] = [];
  for (let n = 1; n <= ROUNDS; n++) rounds.push(await onControlPlane({}, round));
  const of = (name: string, figure: (told: readonly number[]) => number, limit?: number) => ({
    name,
    values: rounds.map(figure),
    ...(limit && { limit }),
  });
  const measures = [
    of('webhook_p50_ms', (told) => percentile(told, 0.5)),
    of('webhook_p99_ms', (told) => percentile(told, 0.99), 50),
    of('webhook_max_ms', (told) => Math.max(...told)),
  ];
  return { measures };
}

async function round(rig: Rig): Promise<number[]> {
  const branches = Array.from({ length: PER_SECOND * SECONDS }, (_, n) => `feature/told-${n}`);
  const [head = ''] = await rig.git.push('main');
  const from = performance.now() + 500;
  return Promise.all(
    branches.map(async (branch, n) => {
      const due = from + (n * 1000) / PER_SECOND;
      await sleep(Math.max(0, due - performance.now() - AHEAD_MS));
      await rig.git.point(branch, head);
      await sleep(Math.max(0, due - performance.now()));
      return tell(rig, branch, head, due);
    }),
  );
}

async function tell({ route, kube }: Rig, branch: string, head: string, due: number): Promise<number> {
  const [create] = webhooksFor({ ref: `refs/heads/${branch}`, before: ABSENT, after: head }, [], ORIGIN);
  const { outcome, at } = await deliver(create!, { url: route, secret: WEBHOOK_KEY });
  if (!('status' in outcome) || outcome.status !== 202)
    throw new Error(`${branch}: its delivery got the answer ${JSON.stringify(outcome)}`);
  const { status, body } = await kube.get(`${PREVIEWS}/${previewName(NAMESPACE, 'dags', branch)}`);
  const mark = status === 200 && (body as Marked).metadata.annotations?.['offshoot.dev/check-requested'];
  if (!mark) throw new Error(`${branch}: answered 202, but the Kubernetes API shows no mark (${status})`);
  return at - due;
}

const PREVIEWS = `/apis/offshoot.dev/v1alpha1/namespaces/${NAMESPACE}/previews`;
const ORIGIN = {
  owner: 'acme',
  name: 'dags',
  repositoryId: 4711,
  cloneUrl: 'http://git.invalid/dags.git',
  pusher: 'dana',
};

interface Marked {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}
