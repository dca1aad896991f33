import { annotation, label } from '../../../model/labels.ts';
import type { KubeObject } from '../../../model/object.ts';

/** What a pod's status says, reduced to what conditions are made of. */
export interface PodSummary {
  name: string;
  namespace: string;
  uid: string;
  part: string;
  /** Stands for the pod template that it was made from. */
  template: string | undefined;
  createdAt: number;
  deleting: boolean;
  ready: boolean;
  unschedulable: string | undefined;
  /** It has ended for good, and why if it says: its node evicted it, or never took it in. Its controller makes another one. */
  ended: { reason: string; message: string } | undefined;
  containers: readonly ContainerSummary[];
}

export interface ContainerSummary {
  name: string;
  image: string;
  ready: boolean;
  running: boolean;
  startedAt: number | undefined;
  restarts: number;
  waiting: { reason: string; message: string } | undefined;
  /** How it ended last, if it ever did. */
  ended: { reason: string; exitCode: number; message: string } | undefined;
}

interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

interface ContainerStatus {
  name: string;
  image: string;
  ready?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: { reason?: string; exitCode?: number; message?: string };
}

/** The pods of one preview. */
export function summariseAll(pods: readonly KubeObject[]): PodSummary[] {
  const all = pods.map(summarise);
  return all.map((pod) => ({ ...pod, ended: pod.ended ?? lost(pod, all) }));
}

/** A node may lose sight of a pod before it says how that ended: its controller knows, once it has made another one. */
function lost(pod: PodSummary, all: readonly PodSummary[]): PodSummary['ended'] {
  const reason = 'ContainerStatusUnknown';
  const unseen =
    pod.containers.every(({ running }) => !running) &&
    pod.containers.some(({ ended }) => ended?.reason === reason);
  const replaced = all.some(({ part, createdAt }) => part === pod.part && createdAt > pod.createdAt);
  return unseen && replaced ? { reason, message: '' } : undefined;
}

export function summarise(pod: KubeObject): PodSummary {
  const status = (pod['status'] ?? {}) as PodStatus;
  const condition = (type: string) => status.conditions?.find((one) => one.type === type);
  const scheduled = condition('PodScheduled');
  return {
    name: pod.metadata.name,
    namespace: pod.metadata.namespace ?? '',
    uid: pod.metadata.uid ?? '',
    part: pod.metadata.labels?.[label.part] ?? '',
    template: pod.metadata.annotations?.[annotation.template],
    createdAt: Date.parse(pod.metadata.creationTimestamp ?? ''),
    deleting: pod.metadata.deletionTimestamp !== undefined,
    ready: condition('Ready')?.status === 'True',
    unschedulable:
      scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
        ? (scheduled.message ?? '')
        : undefined,
    // A pod that was put out may end as Succeeded, if its containers took the signal well; then its status does not say why.
    ended:
      status.phase === 'Failed' || status.phase === 'Succeeded'
        ? { reason: status.reason ?? '', message: status.message?.trim() ?? '' }
        : undefined,
    containers: [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(container),
  };
}

function container({
  name,
  image,
  ready,
  restartCount,
  state,
  lastState,
}: ContainerStatus): ContainerSummary {
  const ended = state?.terminated ?? lastState?.terminated;
  return {
    name,
    image,
    ready: ready === true,
    running: state?.running !== undefined,
    startedAt: state?.running?.startedAt ? Date.parse(state.running.startedAt) : undefined,
    restarts: restartCount ?? 0,
    waiting: state?.waiting && { reason: state.waiting.reason ?? '', message: state.waiting.message ?? '' },
    ended: ended && {
      reason: ended.reason ?? '',
      exitCode: ended.exitCode ?? 0,
      message: ended.message ?? '',
    },
  };
}
