import { FINALIZER, owner } from '../model/labels.ts';
import { codeOf } from '../model/problem.ts';
import type { Cluster } from '../cluster/api.ts';
import type { Kind } from '../model/kinds.ts';
import type { KubeObject } from '../model/object.ts';

/** Puts our finalizer on, or takes it off; other finalizers stay. Conditional on what was read: a Conflict means read again. */
export async function setFinalizer(
  cluster: Pick<Cluster, 'patch'>,
  object: KubeObject,
  kind: Kind,
  wanted: boolean,
): Promise<void> {
  const { name, namespace, uid, resourceVersion, finalizers = [] } = object.metadata;
  if (finalizers.includes(FINALIZER) === wanted) return;
  const next = wanted ? [...finalizers, FINALIZER] : finalizers.filter((one) => one !== FINALIZER);
  const patch = { metadata: { uid, resourceVersion, finalizers: next } };
  await cluster
    .patch({ kind, name, ...(namespace && { namespace }) }, patch, { fieldManager: owner.controller })
    .catch((error: unknown) => {
      // Taken off already, in a reconcile that our cache has not heard of.
      if (wanted || codeOf(error) !== 'NotFound') throw error;
    });
}
