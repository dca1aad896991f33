import { withTransitions } from '../../model/conditions.ts';
import { readDagRepository } from '../../model/dag-repository.ts';
import { milliseconds } from '../../model/duration.ts';
import { kinds } from '../../model/kinds.ts';
import { API_VERSION, owner } from '../../model/labels.ts';
import { keyText, parseKey } from '../../model/object.ts';
import { madeByIntake } from '../../model/preview.ts';
import { Problem } from '../../model/problem.ts';
import { sameJson } from '../../model/same-json.ts';
import { setFinalizer } from '../finalizer.ts';
import { done, requeueAfter } from '../queue.ts';
import { reconcileBranches } from './branches.ts';
import type { Cache } from '../../cluster/api.ts';
import type { Forge, SecretData } from '../../forges/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview } from '../../model/preview.ts';
import type { Reason } from '../../model/reasons.ts';
import type { Outcome } from '../queue.ts';
import type { BranchDeps } from './branches.ts';
import type { Memories } from './memory.ts';

export interface RepositoryDeps extends BranchDeps {
  repositories: Cache<KubeObject>;
  previewsOf(repository: KubeObject): Preview[];
  forges: readonly Forge[];
  readSecret(namespace: string, name: string): Promise<SecretData | undefined>;
  memories: Memories;
}

/** Makes Previews agree with one DagRepository's branches, and says in its conditions how that goes. */
export const createRepositoryReconciler =
  (deps: RepositoryDeps) =>
  async (key: string): Promise<Outcome> => {
    const object = deps.repositories.get(parseKey(key));
    if (!object) return (deps.memories.forget(key), done);
    const previews = deps.previewsOf(object);
    if (object.metadata.deletionTimestamp) return remove(deps, object, previews);
    const read = readDagRepository(object);
    if (!read.ok) {
      await say(deps, object, previews.length, {
        reason: 'InvalidSpec',
        message: read.message,
        stalled: true,
      });
      return done;
    }
    await setFinalizer(deps.cluster, object, kinds.DagRepository, true);
    try {
      const host = await open(deps, read.repository);
      const resyncMs = milliseconds(read.repository.spec.resyncInterval);
      const memory = deps.memories.of(key);
      const againMs = await reconcileBranches(deps, read.repository, previews, host, memory, resyncMs);
      await say(deps, object, deps.previewsOf(object).length, undefined);
      return requeueAfter(Math.max(50, Math.min(againMs ?? Infinity, memory.listAt - deps.now().getTime())));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const stalled = error.reason === 'SecretMissing';
      await say(deps, object, previews.length, { reason: error.reason, message: error.message, stalled });
      return { kind: 'Retry', error };
    }
  };

async function open(deps: RepositoryDeps, repository: DagRepository) {
  const { spec, metadata } = repository;
  const forge = deps.forges.find((one) => one.handles(spec));
  if (!forge) throw new Problem('InvalidSpec', 'No code host is named: set spec.git.url.');
  const ref = spec.credentialsSecretRef;
  const credentials = ref && (await deps.readSecret(metadata.namespace ?? '', ref.name));
  if (ref && !credentials) {
    throw new Problem(
      'SecretMissing',
      `Secret ${ref.name}, named by spec.credentialsSecretRef, does not exist in namespace ${metadata.namespace}.`,
    );
  }
  const refusal = forge.refuse(spec, credentials);
  if (refusal) throw new Problem('SecretMissing', refusal);
  return forge.open(spec, credentials);
}

/** The finalizer stays until the Previews are gone; those that a person made are a person's to delete. */
async function remove(deps: RepositoryDeps, object: KubeObject, previews: Preview[]): Promise<Outcome> {
  const made = previews.filter(madeByIntake);
  for (const { metadata } of made) {
    if (metadata.deletionTimestamp) continue;
    const ref = { kind: kinds.Preview, namespace: metadata.namespace ?? '', name: metadata.name };
    await deps.cluster.delete(ref, { ...(metadata.uid && { uid: metadata.uid }) });
  }
  if (made.length > 0) return requeueAfter(5_000);
  await setFinalizer(deps.cluster, object, kinds.DagRepository, false);
  deps.memories.forget(keyText({ namespace: object.metadata.namespace ?? '', name: object.metadata.name }));
  return done;
}

/** Writes the status, if it says anything new. */
async function say(
  deps: RepositoryDeps,
  object: KubeObject,
  previews: number,
  trouble: { reason: Reason; message: string; stalled: boolean } | undefined,
) {
  const generation = object.metadata.generation;
  const reason: Reason = trouble?.reason ?? 'Ready';
  const message = trouble?.message.slice(0, 2_000) ?? 'The git host answers; previews follow its branches.';
  const conditions = (['Ready', 'Reconciling', 'Stalled'] as const).map((type) => {
    const holds = {
      Ready: !trouble,
      Reconciling: trouble !== undefined && !trouble.stalled,
      Stalled: trouble?.stalled === true,
    }[type];
    return {
      type,
      status: holds ? ('True' as const) : ('False' as const),
      reason,
      message,
      ...(generation && { observedGeneration: generation }),
    };
  });
  const before = object['status'] as DagRepository['status'];
  const status = {
    ...(generation && { observedGeneration: generation }),
    conditions: withTransitions(conditions, before?.conditions, deps.now()),
    previews,
  };
  if (sameJson(status, before)) return;
  const { name, namespace, uid } = object.metadata;
  await deps.cluster.apply(
    {
      apiVersion: API_VERSION,
      kind: 'DagRepository',
      metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) },
      status,
    },
    { fieldManager: owner.controller, force: true, subresource: 'status' },
  );
}
