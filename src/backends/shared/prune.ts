import { kindOf } from '../../model/kinds.ts';
import { objectKey } from '../../model/object.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { Observed } from '../../observe/api.ts';

/** Deletes what carries our label and is no longer wanted, each with its uid as precondition. */
export async function prune(
  cluster: Pick<Cluster, 'delete'>,
  observed: Observed,
  wanted: ReadonlySet<string>,
): Promise<string[]> {
  const stale = [...observed.live.values()].filter(
    (object) => !wanted.has(objectKey(object)) && !object.metadata.deletionTimestamp,
  );
  await Promise.all(
    stale.map(async (object) => {
      const { name, namespace, uid } = object.metadata;
      const ref = { kind: kindOf(object), name, ...(namespace && { namespace }) };
      await cluster.delete(ref, { ...(uid && { uid }), propagationPolicy: 'Background' });
    }),
  );
  return stale.map(objectKey);
}
