import { openMark } from '../../model/preview.ts';
import type { Answer } from '../../forges/api.ts';
import type { Preview } from '../../model/preview.ts';

/** The exact ref must be absent twice, this far apart. */
export const ABSENCE_MS = 2_000;
/** A code host's replicas lag its webhooks; after this long its answer counts, whatever the hint said. */
const HINT_PATIENCE_MS = 60_000;

export type Verdict =
  | { kind: 'exists'; head: string; handled: string | undefined; askAgainInMs: number | undefined }
  /** Not proven yet: ask again. */
  | { kind: 'suspect'; firstAbsentAt: number; askAgainInMs: number }
  | { kind: 'gone' };

/** One moment by two clocks: marks carry the wall clock's time; how long a branch has been absent is measured by the other. */
export interface Moment {
  wall: number;
  monotonic: number;
}

/** Pure: what one exact answer of the code host means for one Preview. `firstAbsentAt` is of the monotonic clock, or 0. */
export function judge(
  preview: Preview,
  answer: Answer,
  firstAbsentAt: number,
  { wall, monotonic }: Moment,
): Verdict {
  if (answer.state === 'absent') {
    const first = firstAbsentAt || monotonic;
    const left = first + ABSENCE_MS - monotonic;
    const mark = openMark(preview);
    // A branch just pushed may not have reached the replica that answered.
    const lagging =
      mark?.expectedHead !== undefined &&
      mark.expectedHead !== 'absent' &&
      age(mark.requested, wall) < HINT_PATIENCE_MS;
    if (lagging)
      return { kind: 'suspect', firstAbsentAt: 0, askAgainInMs: asLongAgain(age(mark.requested, wall)) };
    return left <= 0 ? { kind: 'gone' } : { kind: 'suspect', firstAbsentAt: first, askAgainInMs: left };
  }
  const mark = openMark(preview);
  if (!mark)
    return {
      kind: 'exists',
      head: answer.head,
      handled: preview.status?.branch?.handledCheck,
      askAgainInMs: undefined,
    };
  const agrees = mark.expectedHead === undefined || mark.expectedHead === answer.head;
  if (agrees || age(mark.requested, wall) >= HINT_PATIENCE_MS) {
    return { kind: 'exists', head: answer.head, handled: mark.requested, askAgainInMs: undefined };
  }
  const before = preview.status?.branch?.handledCheck;
  return {
    kind: 'exists',
    head: answer.head,
    handled: before,
    askAgainInMs: asLongAgain(age(mark.requested, wall)),
  };
}

/** Clocks may differ a little; a time that is none, or far ahead, was written by hand and protects nothing. */
const age = (requested: string, now: number) => {
  const at = Date.parse(requested);
  return Number.isNaN(at) || at - now > HINT_PATIENCE_MS ? Infinity : Math.max(0, now - at);
};

/** Waits about as long as it has waited already: 1, 2, 4 … 30 s, without remembering anything. */
const asLongAgain = (ageMs: number) => Math.min(30_000, Math.max(1_000, ageMs));
