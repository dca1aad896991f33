import { findCondition } from '../../model/conditions.ts';
import { isFailure, rowOf } from '../../model/reasons.ts';
import { byWish } from './admission.ts';
import type { Preview } from '../../model/preview.ts';

/** So many previews of a DagRepository are updated at the same time. */
export const MAX_UPDATING = 2;
/** An updated preview that neither works nor says why not counts as failed after this long. */
const DEADLINE_MS = 600_000;
/** Clocks may differ a little. */
const AHEAD_MS = 60_000;

export interface RollOut {
  /** Those that are granted the current rendering now. */
  update: ReadonlySet<Preview>;
  /** Those whose update is over. */
  settled: ReadonlySet<Preview>;
  /** How many run the current rendering, their update over. */
  updated: number;
  /** It worked until it was updated. While there is one, no other is touched. */
  broken: Preview | undefined;
  /** When a deadline is next, in ms since the epoch. */
  nextAt: number;
}

/**
 * Pure: how a changed rendering reaches the previews that run: two at a time, and no further than the first that stops working. Those
 * that do not work go first, for they have nothing to lose; the others by age. A further change reaches first those that the last one
 * has reached already.
 */
export function rollOut(running: readonly Preview[], rendering: string, now: number): RollOut {
  const current = ({ status }: Preview) => status?.revision?.rendering === rendering;
  const moving = running.filter(({ status }) => status?.revision?.updating);
  const settled = moving.filter((one) => current(one) && isOver(one, now));
  const broken = moving.find((one) => current(one) && !settled.includes(one) && isBroken(one, now));
  const behind = moving.filter((one) => !current(one));
  const waiting = running
    .filter((one) => !current(one) && !moving.includes(one))
    .sort((one, other) => Number(works(one)) - Number(works(other)) || byWish(one, other));
  const room = broken ? 0 : Math.max(0, MAX_UPDATING - (moving.length - settled.length));
  const stillMoving = moving.filter((one) => !settled.includes(one) && !behind.includes(one));
  return {
    update: new Set([...behind, ...waiting.slice(0, room)]),
    settled: new Set(settled),
    updated: running.filter(current).length - stillMoving.length,
    broken,
    nextAt: Math.min(...stillMoving.map((one) => deadline(one, now)).filter((at) => at > now)),
  };
}

export const works = ({ status }: Preview) => findCondition(status?.conditions, 'Ready')?.status === 'True';

const reasonOf = ({ status }: Preview) => findCondition(status?.conditions, 'Ready')?.reason ?? '';

const fails = (preview: Preview) => !works(preview) && isFailure(reasonOf(preview));

/** It works as before, and will not be updated: the cluster does not take what that needs. */
const refused = (preview: Preview) => !applied(preview) && rowOf(reasonOf(preview)).about === 'refusal';

const applied = ({ status }: Preview) => status?.rendering === status?.revision?.rendering;

/** A beginning that lies ahead, by a clock that was set back since or by hand, is as good as long ago: nothing waits for it. */
function deadline({ status }: Preview, now: number): number {
  const since = Date.parse(status?.revision?.updating?.since ?? '') || 0;
  return since - now > AHEAD_MS ? 0 : since + DEADLINE_MS;
}

/** It works; or it did not before either, and has had its chance. */
function isOver(preview: Preview, now: number): boolean {
  if (applied(preview) && works(preview)) return true;
  if (preview.status?.revision?.updating?.worked) return false;
  return (applied(preview) && fails(preview)) || deadline(preview, now) <= now;
}

const isBroken = (preview: Preview, now: number) =>
  preview.status?.revision?.updating?.worked === true &&
  (fails(preview) || refused(preview) || deadline(preview, now) <= now);
