import { owner } from '../../model/labels.ts';
import { sameJson } from '../../model/same-json.ts';
import { each } from './each.ts';
import { patchOf } from '../preview/save-status.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { Preview } from '../../model/preview.ts';
import type { Grant } from './grants.ts';

interface Deps {
  cluster: Pick<Cluster, 'apply'>;
  remember(preview: Preview): void;
}

type Change = [Preview, Grant];

/** Writes what is granted, where the status does not say so already. */
export function createSaveGrants({ cluster, remember }: Deps) {
  async function save(preview: Preview, grant: Grant, pinned: boolean) {
    const patch = patchOf(preview, grant);
    const { resourceVersion } = preview.metadata;
    const metadata = { ...patch.metadata, ...(pinned && resourceVersion && { resourceVersion }) };
    const options = { fieldManager: owner.intake, force: true, subresource: 'status' } as const;
    remember(await cluster.apply<Preview>({ ...patch, metadata } as Preview, options));
  }

  async function saveAll(list: readonly Change[], pinned: boolean) {
    const failures = await each(list, (change) => save(...change, pinned));
    if (failures.length > 0) throw failures[0];
  }

  return async (grants: ReadonlyMap<Preview, Grant>): Promise<void> => {
    const changed = [...grants].filter(([{ status = {} }, next]) => {
      const { branch, url, admitted, queue, revision } = status;
      return !sameJson(next, { branch, url, admitted, queue, revision });
    });
    const frees = ([{ status }, next]: Change) => status?.admitted && !next.admitted;
    const settles = ([{ status }, next]: Change) => status?.revision?.updating && !next.revision?.updating;
    // Whatever makes room comes first: at no time do more hold a slot, or are updated, than may. A slot is given away only if nobody
    // has changed his mind about it since.
    await saveAll(changed.filter(frees), true);
    await saveAll(
      changed.filter((one) => !frees(one) && settles(one)),
      false,
    );
    await saveAll(
      changed.filter((one) => !frees(one) && !settles(one)),
      false,
    );
  };
}
