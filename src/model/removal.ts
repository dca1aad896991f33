import { openMark } from './preview.ts';
import type { Preview } from './preview.ts';

/** What there is to say while a Preview is removed; why its deletion was asked for, nothing tells. */
export const beingRemoved = (preview: Preview) =>
  pushedSince(preview) ?? 'The preview is being removed, with everything created for it.';

/** A branch that was pushed again gets another Preview, once the name is free; undefined: nobody has heard of it since. */
export function pushedSince(preview: Preview): string | undefined {
  const mark = openMark(preview);
  const deleted = Date.parse(preview.metadata.deletionTimestamp ?? '');
  if (!mark || mark.expectedHead === 'absent' || !(Date.parse(mark.requested) >= deleted)) return undefined;
  return 'The branch was pushed again. Its old namespace is still being removed; afterwards the preview is created again.';
}
