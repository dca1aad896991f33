import { kinds } from '../../model/kinds.ts';
import { GROUP, owner } from '../../model/labels.ts';
import { codeOf } from '../../model/problem.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { KubeObject } from '../../model/object.ts';

/**
 * On the NetworkPolicies of a preview that is being removed. The namespace's deletion takes its objects in any order; while a pod
 * lives, so do the policies that fence it (CVE-2024-7598).
 */
const HOLD = `${GROUP}/while-pods-live`;

/** Holds every NetworkPolicy of the namespace, before its deletion begins. */
export const hold = (cluster: Cluster, namespace: string): Promise<void> =>
  setHolds(cluster, namespace, true);

/** Lets them go, once no pod is left. */
export const release = (cluster: Cluster, namespace: string): Promise<void> =>
  setHolds(cluster, namespace, false);

async function setHolds(cluster: Cluster, namespace: string, wanted: boolean): Promise<void> {
  const { items } = await cluster.list(kinds.NetworkPolicy, { namespace, metadataOnly: true });
  await Promise.all(items.map((policy) => setHold(cluster, policy, wanted)));
}

/** Conditional on what was read: a Conflict means that the whole step is done again. */
async function setHold(cluster: Cluster, { metadata }: KubeObject, wanted: boolean): Promise<void> {
  const { name, namespace = '', uid, resourceVersion, finalizers = [], deletionTimestamp } = metadata;
  if (finalizers.includes(HOLD) === wanted || (wanted && deletionTimestamp)) return;
  const next = wanted ? [...finalizers, HOLD] : finalizers.filter((one) => one !== HOLD);
  const patch = { metadata: { uid, resourceVersion, finalizers: next } };
  await cluster
    .patch({ kind: kinds.NetworkPolicy, namespace, name }, patch, { fieldManager: owner.controller })
    .catch((error: unknown) => {
      if (codeOf(error) !== 'NotFound') throw error;
    });
}
