import { kubeWatch, type WatchedObject } from '../../../demo/kube-watch.ts';
import type { KubeClient } from '../../../demo/oracle/kube-client.ts';

export interface SeenPod extends WatchedObject {
  readonly metadata: WatchedObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: { readonly phase: string };
}

/** Every pod of a namespace since the watch began, those that are gone included: most live for seconds. */
export class SeenPods {
  readonly #pods = new Map<string, { pod: SeenPod; phases: Set<string>; gone: boolean }>();

  follow(kube: KubeClient, namespace: string, signal: AbortSignal): Promise<void> {
    return kubeWatch<SeenPod>(
      kube,
      `/api/v1/namespaces/${namespace}/pods`,
      ({ type, object }) => {
        const before = this.#pods.get(object.metadata.name);
        const phases = (before?.phases ?? new Set()).add(object.status.phase);
        this.#pods.set(object.metadata.name, { pod: object, phases, gone: type === 'gone' });
      },
      signal,
    );
  }

  get all(): readonly SeenPod[] {
    return [...this.#pods.values()].map(({ pod }) => pod);
  }

  /** The worker pods of a run that ran and succeeded, by `task` or `task[index]`. */
  workersOf(run: string): readonly string[] {
    const done = [...this.#pods.values()].filter(
      ({ pod, phases }) =>
        pod.metadata.annotations?.['run_id'] === run && phases.has('Running') && phases.has('Succeeded'),
    );
    return done.map(({ pod }) => {
      const { task_id, map_index } = pod.metadata.annotations ?? {};
      return map_index === undefined ? task_id! : `${task_id}[${map_index}]`;
    });
  }

  /** The pods that KubernetesPodOperator started for a task of this DAG. */
  startedBy(dag: string, task: string): readonly { pod: SeenPod; gone: boolean }[] {
    return [...this.#pods.values()].filter(({ pod: { metadata } }) => {
      const { dag_id, task_id, kubernetes_pod_operator } = metadata.labels ?? {};
      return kubernetes_pod_operator === 'True' && dag_id === dag && task_id === task;
    });
  }
}
