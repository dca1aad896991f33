import { reasons, rowOf } from '../../model/reasons.ts';
import type { ReasonRow } from '../../model/reason-kinds.ts';
import type { Destination } from '../api.ts';

/** In a word, how a preview is. */
export function stateOf({
  ready,
  reason,
}: Pick<Destination, 'ready' | 'reason'>): Pick<ReasonRow, 'colour' | 'word'> {
  if (ready) return reasons.Ready;
  const row = rowOf(reason);
  // All was well, and its URL does not open just now: it is on its way again.
  return row.exitCode === 0 ? reasons.Preparing : row;
}
