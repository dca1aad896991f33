import { kinds } from '../../model/kinds.ts';
import { orphanOf } from '../../model/namespace-owner.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { checked, wrong, type Finding } from './finding.ts';
import type { KubeObject } from '../../cluster/api.ts';
import type { Orphan } from '../../model/namespace-owner.ts';
import type { Access } from '../api.ts';

/** Namespaces whose Previews no longer exist. */
export const orphans = ({ cluster }: Access): Promise<Finding[]> =>
  checked('namespaces left behind', async () => {
    // Namespaces first: one in this list whose Preview is missing from the next is being removed.
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
        `namespace ${name} was left behind by a Preview that no longer exists (branch ${owner.branch} of DagRepository ${keyText(owner.repository)})`,
        'offshoot serve removes it within two minutes, unless the DagRepository is suspended. If it stays, check that offshoot serve is running, and its log.',
      )
    : wrong(
        `namespace ${name} carries Offshoot’s label or annotation, but there is no Preview for it`,
        `Its owner cannot be proven, so Offshoot does not touch it. If it is no longer needed, run: kubectl delete namespace ${name}`,
      );
