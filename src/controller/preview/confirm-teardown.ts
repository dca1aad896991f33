import { kinds } from '../../model/kinds.ts';
import { rowOf } from '../../model/reasons.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { Preview } from '../../model/preview.ts';
import type { Reason } from '../../model/reasons.ts';

/**
 * Whether a Preview that stays is really to lose all that was made for it. Our caches say so; one that lags behind, after a restart or
 * while another led, must not cost a database: the API server is asked as well.
 */
export async function confirmsTeardown(
  cluster: Pick<Cluster, 'get' | 'list'>,
  { metadata, spec, status }: Preview,
  reason: Reason,
): Promise<boolean> {
  const { namespace = '', name, uid, generation } = metadata;
  const live = await cluster.get<Preview>({ kind: kinds.Preview, namespace, name });
  if (live?.metadata.uid !== uid || live?.metadata.generation !== generation) return false;
  const { proof } = rowOf(reason);
  if (proof === 'branch') return live?.status?.branch?.missing === status?.branch?.missing;
  if (proof !== 'repository') return true;
  const { items } = await cluster.list(kinds.DagRepository, { namespace, metadataOnly: true });
  return items.every((one) => one.metadata.name !== spec.repositoryRef.name);
}
