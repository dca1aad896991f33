import { findCondition } from '../model/conditions.ts';
import { rowOf } from '../model/reasons.ts';
import { openMark } from '../model/preview.ts';
import type { Preview } from '../model/preview.ts';

/** What somebody waits for; `commit` is the beginning of its hash. */
export type Wish = { for: 'ready'; commit: string | undefined } | { for: 'gone' };

export interface Verdict {
  /** `failing` may still heal: how long it has to last before it counts is the caller's to say. */
  state: 'done' | 'failing' | 'pending';
  reason: string;
  /** A sentence for a person. */
  message: string;
}

/** Pure: how far a preview is from what somebody waits for. */
export function judge(preview: Preview | undefined, wish: Wish): Verdict {
  const ready = findCondition(preview?.status?.conditions, 'Ready');
  const said = {
    reason: ready?.reason ?? 'Preparing',
    message: ready?.message ?? 'Offshoot has said nothing about it yet.',
  };
  const failing = rowOf(said.reason).exitCode === 1;
  if (wish.for === 'gone') {
    if (!preview) return { state: 'done', reason: 'Gone', message: 'There is no such preview.' };
    if (preview.metadata.deletionTimestamp) return { state: failing ? 'failing' : 'pending', ...said };
    return { state: 'pending', reason: 'Exists', message: 'The branch’s preview is there.' };
  }
  if (!preview) return { state: 'pending', reason: 'NoPreview', message: 'There is no preview of it yet.' };
  if (preview.metadata.deletionTimestamp)
    return { state: 'pending', reason: 'Removing', message: 'The preview is being removed.' };
  const { synced } = preview.status?.commit ?? {};
  // Who pushed just now does not mean the commit before. Where nobody tells what is synced, only who asks for a commit has to know.
  const wanted = wish.commit ?? (synced && newest(preview));
  // Airflow may be ready although something is wrong; a commit that is not there yet may then never come.
  if (ready?.status === 'True' && (wanted === undefined || synced?.startsWith(wanted)))
    return { state: 'done', ...said };
  if (failing) return { state: 'failing', ...said };
  if (ready?.status !== 'True' || wanted === undefined) return { state: 'pending', ...said };
  return {
    state: 'pending',
    reason: 'OtherCommit',
    message: synced
      ? `Airflow is ready at commit ${synced.slice(0, 8)}; ${wanted.slice(0, 8)} has not arrived.`
      : 'Airflow is ready, but which commit it shows is not known; offshoot serve needs --synced-url for that.',
  };
}

/** The head that was heard of last, be it confirmed yet or not. */
const newest = (preview: Preview) => openMark(preview)?.expectedHead ?? preview.status?.branch?.head;
