import { kinds } from '../../../model/kinds.ts';
import type { Cluster } from '../../../cluster/api.ts';
import type { KubeObject } from '../../../model/object.ts';

interface Job extends KubeObject {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

interface Pod extends KubeObject {
  status?: Record<
    'containerStatuses' | 'initContainerStatuses',
    { name: string; state?: { terminated?: { exitCode: number; message?: string } } }[] | undefined
  >;
}

export function finished(job: KubeObject): 'Complete' | 'Failed' | undefined {
  const types = ((job as Job).status?.conditions ?? []).flatMap((one) =>
    one.status === 'True' ? [one.type] : [],
  );
  return (['Complete', 'Failed'] as const).find((type) => types.includes(type));
}

/** The pods of a Job, the finished ones too, as long as the Job is there. */
export const podsOf = async (cluster: Pick<Cluster, 'list'>, { metadata }: KubeObject) =>
  (
    await cluster.list<Pod & { status?: { phase?: string } }>(kinds.Pod, {
      namespace: metadata.namespace ?? '',
      labelSelector: `batch.kubernetes.io/job-name=${metadata.name}`,
    })
  ).items;

/** Why a Job failed, in the words of the container that did, if its pod is still there. */
export async function failureOf(cluster: Pick<Cluster, 'list'>, job: KubeObject): Promise<string> {
  const ended = (await podsOf(cluster, job)).flatMap(({ status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap(
      ({ name, state }) =>
        state?.terminated?.exitCode ? [{ name, said: state.terminated.message?.trim() }] : [],
    ),
  );
  const culprit = ended.find(({ said }) => said);
  const condition = (job as Job).status?.conditions?.find(({ type }) => type === 'Failed')?.message ?? '';
  const why = culprit ? `container ${culprit.name}: ${culprit.said!.slice(-500)}` : condition;
  return `Job ${job.metadata.name} failed (${why}). It is retried after an hour, or as soon as you delete it.`;
}
