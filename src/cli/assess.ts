import { viewOf } from '../model/preview-view.ts';
import { rowOf } from '../model/reasons.ts';
import type { Preview } from '../model/preview.ts';

/** What the caller waits for; `commit` is the beginning of its hash. */
export type Goal = { for: 'ready'; commit: string | undefined } | { for: 'gone' };

export interface Assessment {
  /** `failing` may still heal: the caller decides how long it must last before it counts. */
  state: 'done' | 'failing' | 'pending';
  reason: string;
  /** A sentence for a person. */
  message: string;
}

/** Pure: how far a preview is from what the caller waits for. */
export function assess(preview: Preview | undefined, goal: Goal): Assessment {
  const view = preview && viewOf(preview);
  const said = {
    reason: view?.reason ?? 'Preparing',
    message: view?.message ?? 'Offshoot has not reported on it yet.',
  };
  const failing = rowOf(said.reason).exitCode === 1;
  if (goal.for === 'gone') {
    if (!view) return { state: 'done', reason: 'Gone', message: 'The preview is gone.' };
    if (view.isRemoved) return { state: failing ? 'failing' : 'pending', ...said };
    return { state: 'pending', reason: 'Exists', message: 'The preview still exists.' };
  }
  if (!view) return { state: 'pending', reason: 'NoPreview', message: 'There is no preview for it yet.' };
  if (view.isRemoved)
    return { state: 'pending', reason: 'Removing', message: 'The preview is being removed.' };
  const { commit } = view;
  // After a push, wait for the new commit. Without --synced-url the synced commit is unknown, which matters only if --commit asks for one.
  const wanted = goal.commit ?? (commit && view.head);
  // Airflow can be ready although something is wrong; a commit that has not arrived by then may never arrive.
  if (view.ready === 'True' && (wanted === undefined || commit?.startsWith(wanted)))
    return { state: 'done', ...said };
  if (failing) return { state: 'failing', ...said };
  if (view.ready !== 'True' || wanted === undefined) return { state: 'pending', ...said };
  return {
    state: 'pending',
    reason: 'OtherCommit',
    message: commit
      ? `Airflow is ready at commit ${commit.slice(0, 8)}; ${wanted.slice(0, 8)} has not arrived.`
      : 'Airflow is ready, but its commit is unknown: offshoot serve needs --synced-url to learn it.',
  };
}
