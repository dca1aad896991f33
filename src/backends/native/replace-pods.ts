import { kinds } from '../../model/kinds.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { PodSummary } from './look/pods.ts';
import type { Scene } from './look/scene.ts';

/** How long a pod that its node ended stays beside the one that took its place, so that the status can say why. */
const TOLD_FOR_MS = 120_000;

/**
 * Deletes pods that are of no use any more, each with its uid as precondition; their controller makes what is missing. A database's
 * new pod is empty, so the Airflow that knew the old one goes too; of pods that nodes ended, only the last is worth keeping.
 */
export async function replacePods(
  cluster: Pick<Cluster, 'delete'>,
  namespace: string,
  { pods, outlived, at }: Pick<Scene, 'pods' | 'outlived' | 'at'>,
): Promise<string[]> {
  const useless = [...(outlived ? [outlived] : []), ...superseded(pods, at.getTime())];
  await Promise.all(
    useless.map(({ name, uid }) => cluster.delete({ kind: kinds.Pod, namespace, name }, { uid })),
  );
  return useless.map(({ name }) => `Pod/${name}`);
}

/** Exported for its test. */
export function superseded(pods: readonly PodSummary[], at: number): PodSummary[] {
  return pods.filter((pod) => {
    if (!pod.ended || pod.deleting) return false;
    const others = pods.filter((one) => one.part === pod.part && one !== pod && !one.deleting);
    return others.some((one) =>
      one.ended
        ? one.createdAt > pod.createdAt || (one.createdAt === pod.createdAt && one.uid > pod.uid)
        : one.ready && at - one.createdAt > TOLD_FOR_MS,
    );
  });
}
