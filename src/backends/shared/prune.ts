import { objectKey } from '../../model/object.ts';
import type { Applied, Applier } from '../../cluster/api.ts';
import type { Live } from '../../observe/api.ts';

/** Deletes what carries our label and is no longer wanted, each with its uid as precondition. */
export function prune(
  applier: Pick<Applier, 'discard'>,
  { objects }: Live,
  wanted: ReadonlySet<string>,
): Promise<Applied[]> {
  const stale = [...objects.values()].filter(
    (object) => !wanted.has(objectKey(object)) && !object.metadata.deletionTimestamp,
  );
  return Promise.all(stale.map((object) => applier.discard(object)));
}
