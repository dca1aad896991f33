import { kubeWatch, type WatchedObject } from './kube-watch.ts';
import type { KubeClient } from './oracle/kube-client.ts';

export interface PreviewObject extends WatchedObject {
  readonly spec: { readonly branch: string };
  readonly status?: {
    readonly url?: string;
    readonly namespace?: string;
    readonly commit?: { readonly synced?: string };
    readonly conditions?: readonly Condition[];
  };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Something that happened to a branch's preview; `at` is `performance.now()` when we saw it. */
export interface Happening {
  readonly branch: string;
  readonly what: 'created' | 'removed' | `${string} is True` | `at ${string}`;
  readonly at: number;
}

/** Follows all Previews of a namespace by a watch of our own, and remembers when each thing was first seen. */
export class PreviewTracker {
  readonly #previews = new Map<string, PreviewObject>();
  readonly #happened: Happening[] = [];
  readonly #told: (happening: Happening) => void;

  constructor(told: (happening: Happening) => void) {
    this.#told = told;
  }

  follow(kube: KubeClient, namespace: string, signal: AbortSignal): Promise<void> {
    const path = `/apis/offshoot.dev/v1alpha1/namespaces/${namespace}/previews`;
    return kubeWatch<PreviewObject>(kube, path, ({ type, object }) => this.#see(type, object), signal);
  }

  preview(branch: string): PreviewObject | undefined {
    return [...this.#previews.values()].find(({ spec }) => spec.branch === branch);
  }

  /** When this was first seen of the branch at or after an instant. */
  when(branch: string, what: Happening['what'], since: number): number | undefined {
    return this.#happened.find((one) => one.branch === branch && one.what === what && one.at >= since)?.at;
  }

  #see(type: 'seen' | 'gone', object: PreviewObject): void {
    const before = this.#previews.get(object.metadata.uid);
    if (before === undefined) this.#note(object, 'created');
    for (const condition of trueOnes(object)) {
      if (before === undefined || !trueOnes(before).includes(condition))
        this.#note(object, `${condition} is True`);
    }
    const synced = object.status?.commit?.synced;
    if (synced !== undefined && synced !== before?.status?.commit?.synced) this.#note(object, `at ${synced}`);
    this.#previews.set(object.metadata.uid, object);
    if (type === 'gone') {
      this.#previews.delete(object.metadata.uid);
      this.#note(object, 'removed');
    }
  }

  #note({ spec: { branch } }: PreviewObject, what: Happening['what']): void {
    const happening = { branch, what, at: performance.now() };
    this.#happened.push(happening);
    this.#told(happening);
  }
}

function trueOnes({ status }: PreviewObject): readonly string[] {
  return (status?.conditions ?? [])
    .filter((condition) => condition.status === 'True')
    .map(({ type }) => type);
}
