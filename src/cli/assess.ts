import { viewOf } from '../model/preview-view.ts';
import { rowOf } from '../model/reasons.ts';
import type { Preview } from '../model/preview.ts';

/** What somebody waits for; `commit` is the beginning of its hash. */
export type Goal = { for: 'ready'; commit: string | undefined } | { for: 'gone' };

export interface Assessment {
  /** `failing` may still heal: how long it has to last before it counts is the caller's to say. */
  state: 'done' | 'failing' | 'pending';
  reason: string;
  /** A sentence for a person. */
  message: string;
}

/** Pure: how far a preview is from what somebody waits for. */
export function assess(preview: Preview | undefined, goal: Goal): Assessment {
  const view = preview && viewOf(preview);
  const said = {
    reason: view?.reason ?? 'Preparing',
    message: view?.message ?? 'Offshoot has said nothing about it yet.',
  };
  const failing = rowOf(said.reason).exitCode === 1;
  if (goal.for === 'gone') {
    if (!view) return { state: 'done', reason: 'Gone', message: 'There is no such preview.' };
    if (view.isRemoved) return { state: failing ? 'failing' : 'pending', ...said };
    return { state: 'pending', reason: 'Exists', message: 'The branch’s preview is there.' };
  }
  if (!view) return { state: 'pending', reason: 'NoPreview', message: 'There is no preview of it yet.' };
  if (view.isRemoved)
    return { state: 'pending', reason: 'Removing', message: 'The preview is being removed.' };
  const { commit } = view;
  // Who pushed just now does not mean the commit before. Where nobody tells what is synced, only who asks for a commit has to know.
  const wanted = goal.commit ?? (commit && view.head);
  // Airflow may be ready although something is wrong; a commit that is not there yet may then never come.
  if (view.ready === 'True' && (wanted === undefined || commit?.startsWith(wanted)))
    return { state: 'done', ...said };
  if (failing) return { state: 'failing', ...said };
  if (view.ready !== 'True' || wanted === undefined) return { state: 'pending', ...said };
  return {
    state: 'pending',
    reason: 'OtherCommit',
    message: commit
      ? `Airflow is ready at commit ${commit.slice(0, 8)}; ${wanted.slice(0, 8)} has not arrived.`
      : 'Airflow is ready, but which commit it shows is not known; offshoot serve needs --synced-url for that.',
  };
}
