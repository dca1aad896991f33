import { kinds } from '../../src/model/kinds.ts';
import type { Cluster, KubeObject } from '../../src/cluster/api.ts';

interface PodTemplate {
  metadata: KubeObject['metadata'];
  spec: { containers?: { name: string }[]; initContainers?: { name: string }[] };
}

const by = { fieldManager: 'kubelet' };

/** What deployment controller and kubelet do: a pod for every Deployment that has none, and all of them run and are ready. */
export async function runPods(cluster: Cluster, at: Date): Promise<void> {
  const { items } = await cluster.list<KubeObject & { spec: { template: PodTemplate } }>(kinds.Deployment);
  for (const { metadata, spec } of items) {
    const { namespace = '', name } = metadata;
    const pod = { kind: kinds.Pod, namespace, name: `${name}-1` };
    if (await cluster.get(pod)) continue;
    const { template } = spec;
    await cluster.create(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...template.metadata, name: pod.name, namespace },
        spec: template.spec,
      },
      by,
    );
    const running = ({ name: container }: { name: string }) => ({
      name: container,
      ready: true,
      state: { running: { startedAt: at.toISOString() } },
    });
    const status = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      initContainerStatuses: template.spec.initContainers?.map(running),
      containerStatuses: template.spec.containers?.map(running),
    };
    await cluster.patch(pod, { status }, { ...by, subresource: 'status' });
  }
}
