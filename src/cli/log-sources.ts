import { label } from '../model/labels.ts';
import type { KubeObject } from '../cluster/api.ts';

/** A container that holds several parts, and their names: each line of its log begins with one of them, as in `scheduler | …`. */
export type PartsIn = (container: string) => readonly string[] | undefined;

/** A container that has a log. */
export interface Source {
  pod: string;
  namespace: string;
  container: string;
  /** Identifies this run of the container; a restart has another. */
  id: string;
  running: boolean;
}

interface ContainerStatus {
  name: string;
  containerID?: string;
  state?: { running?: object };
}

/** The containers of a preview's pods that have started, in the order of their start within a pod. */
export function sourcesOf(pod: KubeObject): Source[] {
  const { initContainerStatuses = [], containerStatuses = [] } = (pod['status'] ?? {}) as Record<
    string,
    ContainerStatus[]
  >;
  return [...initContainerStatuses, ...containerStatuses].flatMap(({ name, containerID, state }) =>
    containerID
      ? {
          pod: pod.metadata.name,
          namespace: pod.metadata.namespace ?? '',
          container: name,
          id: `${pod.metadata.uid} ${containerID}`,
          running: state?.running !== undefined,
        }
      : [],
  );
}

/** Selects the pods of one preview that have these parts; tasks' pods have logs of their own in Airflow's UI. */
export const podsOf = (uid: string, parts: readonly string[]) =>
  `${label.previewUid}=${uid},${label.part} in (${parts.join()})`;

/** Every part that these pods have, started or not. */
export function partsOf(pods: readonly KubeObject[], partsIn: PartsIn): string[] {
  const containers = pods.flatMap(({ spec }) => {
    const { initContainers = [], containers = [] } = (spec ?? {}) as Record<string, { name: string }[]>;
    return [...initContainers, ...containers].map(({ name }) => name);
  });
  return [...new Set(containers.flatMap((name) => [name, ...(partsIn(name) ?? [])]))].sort();
}

/** Whether a part's lines can be in this container's log. */
export const mayHold = (container: string, part: string | undefined, partsIn: PartsIn) =>
  part === undefined || part === container || partsIn(container)?.includes(part) === true;

/** Which part wrote a line, and the line without its name. */
export function read(container: string, text: string, partsIn: PartsIn): { part: string; text: string } {
  const [, part, rest] = (partsIn(container) && /^([a-z][a-z0-9-]*) \| (.*)$/.exec(text)) || [];
  return part === undefined || rest === undefined ? { part: container, text } : { part, text: rest };
}
