import { label } from '../model/labels.ts';
import type { KubeObject } from '../cluster/api.ts';

/** The container whose lines name the part of Airflow that wrote them: `scheduler | …`. */
const SHARED = 'airflow';
/** What that container can hold, in case someone asks for a part before it has logged anything. */
const AIRFLOW_PARTS = ['api-server', 'scheduler', 'dag-processor', 'triggerer'];

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

/** Selects database and Airflow of one preview; tasks' pods have logs of their own in Airflow's UI. */
export const podsOf = (uid: string) => `${label.previewUid}=${uid},${label.part} in (airflow,postgres)`;

/** Every part that these pods have, started or not. */
export function partsOf(pods: readonly KubeObject[]): string[] {
  const containers = pods.flatMap(({ spec }) => {
    const { initContainers = [], containers = [] } = (spec ?? {}) as Record<string, { name: string }[]>;
    return [...initContainers, ...containers].map(({ name }) => name);
  });
  return [...new Set([...containers, ...(containers.includes(SHARED) ? AIRFLOW_PARTS : [])])].sort();
}

/** Whether a part's lines can be in this container's log. */
export const mayHold = (container: string, part: string | undefined) =>
  part === undefined || part === container || (container === SHARED && AIRFLOW_PARTS.includes(part));

/** Which part wrote a line, and the line without its name. */
export function read(container: string, text: string): { part: string; text: string } {
  const [, part, rest] = (container === SHARED && /^([a-z][a-z0-9-]*) \| (.*)$/.exec(text)) || [];
  return part === undefined || rest === undefined ? { part: container, text } : { part, text: rest };
}
