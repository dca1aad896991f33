import { kinds } from '../../model/kinds.ts';
import { label } from '../../model/labels.ts';
import { isMadeFor } from '../../model/namespace-owner.ts';
import { hold, release } from './hold.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Removal } from '../api.ts';

/** Everything in a preview is thrown away: nothing is worth waiting for. One second still lets the kubelet confirm. */
const GRACE_SECONDS = 1;
const STUCK_AFTER_MS = 120_000;

interface Namespace extends KubeObject {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

/**
 * One step of the removal, to be repeated until it says `gone`. The namespace's deletion begins first: from then on nothing can be
 * made in it, no pod either, whoever would make it, and what Kubernetes takes its time for runs while the pods end. The
 * NetworkPolicies are held until no pod is left.
 */
export async function remove(cluster: Cluster, namespace: string, previewUid: string): Promise<Removal> {
  const ref = { kind: kinds.Namespace, name: namespace };
  const live = await cluster.get<Namespace>(ref);
  if (!live) return { state: 'gone' };
  if (!isMadeFor(live, previewUid)) return unmarked(cluster, namespace, previewUid);
  if (!live.metadata.deletionTimestamp) {
    await hold(cluster, namespace);
    await cluster.delete(ref, { ...(live.metadata.uid && { uid: live.metadata.uid }) });
  }
  const pods = async () => (await cluster.list(kinds.Pod, { namespace, metadataOnly: true })).items;
  let left = await pods();
  if (left.some(mayLive)) {
    await cluster.deleteCollection(kinds.Pod, namespace, { gracePeriodSeconds: GRACE_SECONDS });
    left = await pods();
  }
  if (left.length === 0) {
    await release(cluster, namespace);
    return terminating(live);
  }
  const names = left.map(({ metadata }) => metadata.name).join(', ');
  return { state: 'going', waitingFor: `pods ${names}`, stuck: stuck(left) };
}

/**
 * A stranger's namespace is none of our business. But one that holds what was made for this Preview was ours before somebody took label and
 * annotation away: it is not deleted without them, nor passed over in silence.
 */
async function unmarked(cluster: Cluster, namespace: string, previewUid: string): Promise<Removal> {
  const selection = { namespace, labelSelector: `${label.previewUid}=${previewUid}`, metadataOnly: true };
  const lists = await Promise.all(
    [kinds.Deployment, kinds.Secret].map((kind) => cluster.list(kind, selection)),
  );
  if (lists.every(({ items }) => items.length === 0)) return { state: 'gone' };
  return {
    state: 'going',
    waitingFor: `namespace ${namespace}. It holds objects of this preview but has lost Offshoot's label and annotations, so it is not touched. If it is no longer needed, delete it; or restore the label: kubectl label --overwrite namespace ${namespace} ${label.previewUid}=${previewUid}`,
    stuck: true,
  };
}

/** Not told to end yet, or with leave to take longer than we wait. */
const mayLive = ({ metadata }: KubeObject) =>
  !metadata.deletionTimestamp || (metadata.deletionGracePeriodSeconds ?? 0) > GRACE_SECONDS;

const stuck = (objects: KubeObject[]) =>
  objects.some(
    ({ metadata }) =>
      metadata.deletionTimestamp && Date.now() - Date.parse(metadata.deletionTimestamp) > STUCK_AFTER_MS,
  );

/** Kubernetes says itself what holds a namespace; nobody's finalizer is ever stripped. */
function terminating(namespace: Namespace): Removal {
  const said = (namespace.status?.conditions ?? [])
    .filter(({ status }) => status === 'True')
    .map(({ type, message }) => `${type}: ${message ?? ''}`);
  return {
    state: 'going',
    waitingFor: [`namespace ${namespace.metadata.name}`, ...said].join('; '),
    stuck: stuck([namespace]),
  };
}
