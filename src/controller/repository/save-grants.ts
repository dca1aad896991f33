import { owner } from '../../model/labels.ts';
import { isRefusal } from '../../model/refusal.ts';
import { sameJson } from '../../model/same-json.ts';
import { each } from './each.ts';
import { patchOf } from '../../model/status-patch.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { Preview } from '../../model/preview.ts';
import type { Grant } from './grants.ts';

interface Deps {
  cluster: Pick<Cluster, 'apply'>;
  remember(preview: Preview): void;
}

type Change = [Preview, Grant];

/**
 * Writes what is granted, where the status does not say so already. Gives the Previews whose status the API server will not have, with
 * what it said: they keep no other from what it is granted.
 */
export function createSaveGrants({ cluster, remember }: Deps) {
  async function save(preview: Preview, grant: Grant, pinned: boolean) {
    const patch = patchOf(preview, grant);
    const { resourceVersion } = preview.metadata;
    const metadata = { ...patch.metadata, ...(pinned && resourceVersion && { resourceVersion }) };
    const options = { fieldManager: owner.intake, force: true, subresource: 'status' } as const;
    remember(await cluster.apply<Preview>({ ...patch, metadata } as Preview, options));
  }

  async function saveAll(list: readonly Change[], pinned: boolean, refused: Map<Preview, unknown>) {
    const failures = await each(list, ([preview, grant]) =>
      save(preview, grant, pinned).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        refused.set(preview, error);
      }),
    );
    if (failures.length > 0) throw failures[0];
  }

  return async (grants: ReadonlyMap<Preview, Grant>): Promise<ReadonlyMap<Preview, unknown>> => {
    const refused = new Map<Preview, unknown>();
    const changed = [...grants].filter(([{ status = {} }, next]) => {
      const { branch, url, admitted, queue, revision } = status;
      return !sameJson(next, { branch, url, admitted, queue, revision });
    });
    const frees = ([{ status }, next]: Change) => status?.admitted && !next.admitted;
    const settles = ([{ status }, next]: Change) => status?.revision?.updating && !next.revision?.updating;
    // Whatever makes room comes first: at no time do more hold a slot, or are updated, than may. A slot is given away only if nobody
    // has changed his mind about it since.
    await saveAll(changed.filter(frees), true, refused);
    await saveAll(
      changed.filter((one) => !frees(one) && settles(one)),
      false,
      refused,
    );
    await saveAll(
      changed.filter((one) => !frees(one) && !settles(one)),
      false,
      refused,
    );
    return refused;
  };
}
