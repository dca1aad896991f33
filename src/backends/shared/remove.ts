import { kinds } from '../../model/kinds.ts';
import { label } from '../../model/labels.ts';
import { QUOTA } from './quota.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { Kind } from '../../model/kinds.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Removal } from '../api.ts';

/** What can make pods; deleted before the pods, so that none comes back. */
const CONTROLLERS: readonly Kind[] = [
  kinds.CronJob,
  kinds.Job,
  kinds.Deployment,
  kinds.StatefulSet,
  kinds.DaemonSet,
  kinds.ReplicaSet,
];
/** Everything in a preview is thrown away: nothing is worth waiting for. One second still lets the kubelet confirm. */
const GRACE_SECONDS = 1;
const STUCK_AFTER_MS = 120_000;

interface Namespace extends KubeObject {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

/**
 * One step of the removal, to be repeated until it says `gone`. The order matters: no new pod (quota), no controller, no pod,
 * and only then the namespace: its deletion takes NetworkPolicies in any order, so no pod may live by then (CVE-2024-7598).
 */
export async function remove(cluster: Cluster, namespace: string, previewUid: string): Promise<Removal> {
  const ref = { kind: kinds.Namespace, name: namespace };
  const live = await cluster.get<Namespace>(ref);
  if (!live || live.metadata.labels?.[label.previewUid] !== previewUid) return { state: 'gone' };
  if (live.metadata.deletionTimestamp) return terminating(live);

  const pods = async () => (await cluster.list(kinds.Pod, { namespace, metadataOnly: true })).items;
  const found = await pods();
  if (found.some(mayLive)) {
    await closeQuota(cluster, namespace);
    await Promise.all(
      CONTROLLERS.map((kind) =>
        cluster.deleteCollection(kind, namespace, { propagationPolicy: 'Background' }),
      ),
    );
    await cluster.deleteCollection(kinds.Pod, namespace, { gracePeriodSeconds: GRACE_SECONDS });
  }
  const left = found.length > 0 ? await pods() : found;
  if (left.length > 0) {
    const names = left.map(({ metadata }) => metadata.name).join(', ');
    return { state: 'going', waitingFor: `pods ${names}`, stuck: stuck(left) };
  }
  await cluster.delete(ref, { ...(live.metadata.uid && { uid: live.metadata.uid }) });
  return { state: 'going', waitingFor: `namespace ${namespace}`, stuck: false };
}

/** Not told to end yet, or with leave to take longer than we wait. */
const mayLive = ({ metadata }: KubeObject) =>
  !metadata.deletionTimestamp || (metadata.deletionGracePeriodSeconds ?? 0) > GRACE_SECONDS;

async function closeQuota(cluster: Cluster, namespace: string) {
  const hard = { spec: { hard: { pods: '0' } } };
  await cluster
    .patch({ kind: kinds.ResourceQuota, namespace, name: QUOTA }, hard, {
      fieldManager: 'offshoot-controller',
    })
    .catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'NotFound') throw error; // torn down before it got its quota
    });
}

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
