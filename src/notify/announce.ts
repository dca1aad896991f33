import { createHash } from 'node:crypto';
import { findCondition } from '../model/conditions.ts';
import type { Condition } from '../model/conditions.ts';
import type { Preview } from '../model/preview.ts';
import { isFailure, isWell, rowOf } from '../model/reasons.ts';
import type { Announcement } from './api.ts';

/**
 * What is to be said about a preview now; undefined where nothing new is: before its branch is verified (a replayed or forged
 * hint must not ring anybody's bell), and while it is being removed (its message stays what it was until Removed).
 */
export function announcementOf(preview: Preview): Announcement | undefined {
  if (preview.metadata.deletionTimestamp) return undefined;
  const { conditions, url, branch, commit } = preview.status ?? {};
  const ready = findCondition(conditions, 'Ready');
  const { kind, announced } = rowOf(ready?.reason ?? '');
  if (!ready || !announced) return undefined;

  const failure = failureOf(conditions);
  // A push may be what mends a failure: its commit is told with its author before git-sync has it, if it ever will.
  const shown = failure ? branch?.head : (commit?.synced ?? branch?.head);
  const about = {
    repository: preview.spec.repositoryRef.name,
    branch: preview.spec.branch,
    ...(url && { url }),
    ...(branch?.head && { head: branch.head }),
    ...(shown && { commit: shown }),
    // Who pushed is known for the head alone.
    ...(branch?.pusher && shown === branch.head && { author: branch.pusher }),
  };
  // Its place in line is not told: it changes with every other branch that comes or goes.
  if (kind === 'waiting') return { state: announced, ...about };
  if (kind === 'asleep') return branch?.head ? { state: announced, ...about } : undefined;
  if (failure) return { state: 'failed', ...about, reason: failure.reason, message: failure.message };
  // Pushed, not yet checked out: what was said of the commit before stays until git-sync has the new one.
  if (isWell(ready.reason) && commit?.synced && branch?.head && commit.synced !== branch.head)
    return undefined;
  if (ready.status !== 'True') return { state: 'preparing', ...about };
  return {
    state: 'ready',
    ...about,
    // It works, but for something.
    ...(!isWell(ready.reason) && { reason: ready.reason, message: ready.message }),
  };
}

function failureOf(conditions: readonly Condition[] | undefined): Condition | undefined {
  const stalled = findCondition(conditions, 'Stalled');
  if (stalled?.status === 'True') return stalled;
  const ready = findCondition(conditions, 'Ready');
  return ready && ready.status !== 'True' && isFailure(ready.reason) ? ready : undefined;
}

/** Equal for equal announcements, however they came about: what was said already is not said again. */
export function contentHash(announcement: Partial<Announcement>): string {
  const fields = Object.entries(announcement)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
}
