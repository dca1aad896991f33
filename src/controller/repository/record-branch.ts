import { openMark } from '../../model/preview.ts';
import { owner } from '../../model/labels.ts';
import { sameJson } from '../../model/same-json.ts';
import { pathUrl } from '../../plan/urls/path.ts';
import { patchOf } from '../preview/save-status.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Preview } from '../../model/preview.ts';

interface Deps {
  cluster: Pick<Cluster, 'apply'>;
  allPreviews(): Preview[];
  repositoryOf(preview: Preview): DagRepository | undefined;
}

/**
 * Writes intake's part of the status: what the code host said of the branch, and the URL, which is granted here, once. A Preview's
 * URL never changes afterwards, whatever else does.
 */
export const createRecordBranch =
  ({ cluster, allPreviews, repositoryOf }: Deps) =>
  async (
    preview: Preview,
    said: { head: string; handledCheck: string | undefined } | { missing: true },
  ): Promise<void> => {
    const pusher = openMark(preview)?.pusher ?? preview.status?.branch?.pusher;
    const handledCheck = 'missing' in said ? openMark(preview)?.requested : said.handledCheck;
    const branch = {
      ...('missing' in said ? { missing: true } : { head: said.head }),
      ...(pusher && { pusher }),
      ...(handledCheck && { handledCheck }),
    };
    const url = preview.status?.url ?? grant(preview);
    const status = { branch, ...(url && { url }) };
    if (sameJson(status, { branch: preview.status?.branch, url: preview.status?.url })) return;
    await cluster.apply(patchOf(preview, status), {
      fieldManager: owner.intake,
      force: true,
      subresource: 'status',
    });

    function grant({ metadata, spec }: Preview) {
      const repository = repositoryOf(preview);
      if (!repository) return undefined;
      const others = allPreviews().filter((other) => other.metadata.uid !== metadata.uid);
      const taken = new Set(others.flatMap((other) => other.status?.url ?? []));
      const owned = { namespace: metadata.namespace ?? '', name: spec.repositoryRef.name };
      return pathUrl(repository.spec.url.base, owned, spec.branch, taken);
    }
  };
