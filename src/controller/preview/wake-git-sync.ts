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
  /** Milliseconds, of a clock that only goes forward. */
  monotonic(): number;
  log: { warn(fields: object, message: string): void };
}

/** What git-sync's process takes as "look now"; it is the first of its container. */
const LOOK_NOW = ['sh', '-c', 'kill -HUP 1'];
/**
 * How long after the word before. A word may get lost, and what the git host serves may lag behind what it says. Together longer than
 * git-sync's period: by then it has looked by itself, and goes on doing so.
 */
const WAITS_MS = [0, 3_000, 6_000, 12_000, 24_000];

/** What git-sync of one preview was told of. */
interface Told {
  head: string;
  /** Which run of which container. */
  gitSync: string | undefined;
  /** Until the first checkout nobody has pushed anything that it would not see by itself. */
  first: boolean;
  words: number;
  at: number;
}

/**
 * Lets a head reach its preview at once, not when git-sync looks next: until git-sync says that it has it, it is told again, each time
 * later than the last. Never waits; tells in how many ms to be asked again.
 */
export function createGitSyncWaker({ exec, podsOf, monotonic, log }: Deps) {
  const told = new Map<string, Told>();

  return (preview: Preview): number | undefined => {
    const { uid = '', annotations, deletionTimestamp } = preview.metadata;
    const head = preview.status?.branch?.head;
    if (deletionTimestamp || !head) return void told.delete(uid);
    const synced = annotations?.[annotation.synced];
    const gitSync = podsOf(preview).filter(isAirflow).map(runOf).find(Boolean);
    const before = told.get(uid);
    const last = newer(before, { head, gitSync: gitSync?.id, synced }, monotonic());
    told.set(uid, last);
    if (synced === head || (last.first && gitSync?.ready)) return undefined;
    const wait = WAITS_MS[last.words];
    if (!gitSync || wait === undefined) return undefined;
    const left = last.at + wait - monotonic();
    if (left > 0) return left;
    last.words++;
    last.at = monotonic();
    exec(gitSync.container, LOOK_NOW).catch((error: unknown) =>
      log.warn(
        { ...aboutPreview(preview), why: textOf(error) },
        'git-sync was not woken; it is tried again, and git-sync looks by itself',
      ),
    );
    return WAITS_MS[last.words];
  };
}

function newer(
  before: Told | undefined,
  { head, gitSync, synced }: { head: string; gitSync: string | undefined; synced: string | undefined },
  at: number,
): Told {
  const pushed = before ? before.head !== head : synced !== undefined;
  if (pushed) return { head, gitSync, first: false, words: 0, at };
  if (before && before.gitSync === gitSync) return before;
  // It fetches what there is when it starts; should that fail, it need not wait for its next look.
  return { head, gitSync, first: before?.first ?? true, words: 1, at };
}

interface Pod extends KubeObject {
  status?: {
    initContainerStatuses?: {
      name: string;
      ready?: boolean;
      state?: { running?: { startedAt?: string } };
    }[];
  };
}

const isAirflow = ({ metadata }: KubeObject) =>
  metadata.labels?.[label.part] === 'airflow' && !metadata.deletionTimestamp;

/** The run of git-sync in this pod, if it runs. */
function runOf(pod: KubeObject) {
  const { name, namespace = '', uid } = pod.metadata;
  const statuses = (pod as Pod).status?.initContainerStatuses ?? [];
  const { ready, state } = statuses.find((one) => one.name === 'git-sync') ?? {};
  return (
    state?.running && {
      id: `${uid} ${state.running.startedAt}`,
      ready,
      container: { namespace, pod: name, container: 'git-sync' },
    }
  );
}
