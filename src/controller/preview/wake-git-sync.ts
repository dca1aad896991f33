import { annotation, label } from '../../model/labels.ts';
import { aboutPreview } from '../../model/preview.ts';
import { textOf } from '../../model/problem.ts';
import type { Exec } from '../../cluster/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview } from '../../model/preview.ts';

interface Deps {
  exec: Exec;
  /** The pods of database and Airflow of a preview. */
  podsOf(preview: Preview): KubeObject[];
  now(): Date;
  log: { warn(fields: object, message: string): void };
}

/** What git-sync's process takes as "look now"; it is the first of its container. */
const LOOK_NOW = ['sh', '-c', 'kill -HUP 1'];
/** When a head is told: at once, and again later, since what the git host serves may lag behind what it says. */
const AFTER_MS = [0, 3_000, 10_000];

/**
 * Lets a push reach its preview at once, not when git-sync looks next. A hint like any other: what fails here, git-sync finds by itself.
 * Never waits; tells in how many ms to be asked again.
 */
export function createGitSyncWaker({ exec, podsOf, now, log }: Deps) {
  const told = new Map<string, { head: string; times: number; at: number }>();

  return (preview: Preview): number | undefined => {
    const { uid = '', annotations, deletionTimestamp } = preview.metadata;
    const head = preview.status?.branch?.head;
    if (deletionTimestamp || !head) return void told.delete(uid);
    const synced = annotations?.[annotation.synced];
    const before = told.get(uid);
    // The first commit of all needs no word: git-sync fetches it when it starts.
    const fresh = { head, times: before || synced ? 0 : AFTER_MS.length, at: now().getTime() };
    const last = before?.head === head ? before : fresh;
    told.set(uid, last);
    if (synced === head) last.times = AFTER_MS.length;
    const since = AFTER_MS[last.times];
    if (since === undefined) return undefined;
    const wait = last.at + since - now().getTime();
    if (wait > 0) return wait;
    const pod = podsOf(preview).find(runsGitSync);
    if (!pod) return undefined;
    last.times++;
    const { name, namespace = '' } = pod.metadata;
    exec({ namespace, pod: name, container: 'git-sync' }, LOOK_NOW).catch((error: unknown) =>
      log.warn(
        { ...aboutPreview(preview), why: textOf(error) },
        'git-sync was not woken; it looks by itself',
      ),
    );
    return AFTER_MS[last.times];
  };
}

interface Pod extends KubeObject {
  status?: { initContainerStatuses?: { name: string; state?: { running?: object } }[] };
}

const runsGitSync = (pod: KubeObject) =>
  pod.metadata.labels?.[label.part] === 'airflow' &&
  !pod.metadata.deletionTimestamp &&
  ((pod as Pod).status?.initContainerStatuses ?? []).some(
    ({ name, state }) => name === 'git-sync' && state?.running !== undefined,
  );
