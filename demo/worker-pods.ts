import { kubeWatch, type WatchedObject } from './kube-watch.ts';
import type { KubeClient } from './oracle/kube-client.ts';

interface WorkerPod extends WatchedObject {
  readonly status: { readonly phase: string };
}

/** Which phases the pods of each task went through, seen by a watch: a pod is gone soon after its task. */
export class WorkerPods {
  readonly #phases = new Map<string, Set<string>>();

  /** Follows the pods that KubernetesExecutor makes for one run. */
  follow(kube: KubeClient, namespace: string, run: string, signal: AbortSignal): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent('kubernetes_executor=True')}`;
    const see = ({ metadata, status }: WorkerPod): void => {
      // Labels hold shortened, hashed values; the annotations hold the exact ones.
      const { run_id, task_id } = metadata.annotations ?? {};
      if (run_id !== run || task_id === undefined) return;
      this.#phases.set(task_id, (this.#phases.get(task_id) ?? new Set()).add(status.phase));
    };
    return kubeWatch<WorkerPod>(kube, path, ({ object }) => see(object), signal);
  }

  /** Whether a pod of this task was seen to run, and seen to succeed. */
  ranAndSucceeded(task: string): boolean {
    const phases = this.#phases.get(task);
    return phases?.has('Running') === true && phases.has('Succeeded');
  }

  phases(task: string): string {
    return [...(this.#phases.get(task) ?? [])].join(', ') || 'no pod seen';
  }
}
