import { findCondition } from '../../model/conditions.ts';
import { rowOf } from '../../model/reasons.ts';
import type { Preview } from '../../model/preview.ts';

export interface Slots {
  /** Those that hold a slot, the newly admitted among them. */
  admitted: ReadonlySet<Preview>;
  /** The others that want one, first in line first. */
  waiting: readonly Preview[];
}

/**
 * Pure: who holds one of `max` slots. A slot is never taken away, not even when `max` is lowered: it is given back by a namespace
 * that is gone (`exists` says whether it is there). A free one goes to the oldest wish, so nobody starves.
 */
export function assignSlots(
  previews: readonly Preview[],
  max: number,
  exists: (preview: Preview) => boolean,
): Slots {
  const holders = previews.filter((one) => exists(one) || (one.status?.admitted && !gaveBack(one)));
  const line = previews.filter((one) => wantsSlot(one) && !holders.includes(one)).sort(byWish);
  const free = Math.max(0, max - holders.length);
  return { admitted: new Set([...holders, ...line.slice(0, free)]), waiting: line.slice(free) };
}

/** The git host has confirmed its branch, it has a URL, and nobody wants it away. */
export const wantsSlot = ({ metadata, spec, status }: Preview) =>
  !metadata.deletionTimestamp && !spec.suspend && Boolean(status?.branch?.head && status.url);

/** What the preview reconciler says once the workloads of a Preview that stays are removed, of the very wish that stands. */
function gaveBack(preview: Preview): boolean {
  if (wantsSlot(preview) || preview.metadata.deletionTimestamp) return false;
  const ready = findCondition(preview.status?.conditions, 'Ready');
  return (
    ready !== undefined &&
    rowOf(ready.reason).freesSlot &&
    ready.observedGeneration === preview.metadata.generation
  );
}

/** Oldest wish first; made in the same second, by name. */
export const byWish = (one: Preview, other: Preview) => (rank(one) < rank(other) ? -1 : 1);

const rank = ({ metadata }: Preview) => `${metadata.creationTimestamp} ${metadata.name}`;
