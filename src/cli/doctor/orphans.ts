import { kinds } from '../../model/kinds.ts';
import { orphanOf } from '../../model/namespace-owner.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { checked, wrong, type Finding } from './finding.ts';
import type { KubeObject } from '../../cluster/api.ts';
import type { Orphan } from '../../model/namespace-owner.ts';
import type { Access } from '../api.ts';

/** Namespaces that Previews left behind. */
export const orphans = ({ cluster }: Access): Promise<Finding[]> =>
  checked('namespaces left behind', async () => {
    // Namespaces first: one that is in this list and has lost its Preview by the next is on its way out.
    const namespaces = await cluster.list<KubeObject>(kinds.Namespace, { metadataOnly: true });
    const repositories = await cluster.list<KubeObject>(kinds.DagRepository);
    const previews = await cluster.list<KubeObject>(kinds.Preview);
    const uids = new Set(previews.items.map(({ metadata }) => metadata.uid));
    const known = repositories.items.map(keyOf);
    return namespaces.items.flatMap((one) => orphanOf(one, known, (uid) => uids.has(uid)) ?? []).map(finding);
  });

const finding = ({ name, owner }: Orphan): Finding =>
  owner
    ? wrong(
        `namespace ${name} is left from a Preview that no longer exists (branch ${owner.branch} of DagRepository ${keyText(owner.repository)})`,
        'offshoot serve removes it within a minute or two, unless the DagRepository is suspended. If it stays: is offshoot serve running, and what does its log say?',
      )
    : wrong(
        `namespace ${name} bears Offshoot’s mark, and no Preview is there for it`,
        `Whose it was cannot be proven, so Offshoot leaves it alone. If nobody needs it: kubectl delete namespace ${name}`,
      );
