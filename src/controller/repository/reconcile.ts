import { withTransitions } from '../../model/conditions.ts';
import { readDagRepository } from '../../model/dag-repository.ts';
import { milliseconds } from '../../model/duration.ts';
import { cloneUrl } from '../../model/git-source.ts';
import { kinds } from '../../model/kinds.ts';
import { API_VERSION, owner } from '../../model/labels.ts';
import { keyOf, keyText, parseKey } from '../../model/object.ts';
import { madeByIntake } from '../../model/preview.ts';
import { Problem } from '../../model/problem.ts';
import { sameJson } from '../../model/same-json.ts';
import { setFinalizer } from '../finalizer.ts';
import { done, requeueAfter } from '../queue.ts';
import { reconcileBranches } from './branches.ts';
import type { Cache } from '../../cluster/api.ts';
import type { CodeHost } from '../../forges/api.ts';
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
  /** Throws a Problem where spec or Secret name no code host that could be asked. */
  codeHost(repository: DagRepository): Promise<CodeHost>;
  memories: Memories;
}

const WHILE_STALLED_MS = 5_000;

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
      const memory = deps.memories.of(key);
      const host = await deps.codeHost(read.repository);
      if (read.repository.status?.repositoryId === undefined) {
        memory.repositoryId ??= await host.identify();
        // Written before anything is done: from then on, no other repository can take this one's place.
        if (memory.repositoryId !== undefined) {
          await say(deps, object, previews.length, undefined);
          return requeueAfter(50);
        }
      }
      const resyncMs = milliseconds(read.repository.spec.resyncInterval);
      const againMs = await reconcileBranches(deps, read.repository, previews, host, memory, resyncMs);
      await say(deps, object, deps.previewsOf(object).length, undefined);
      return requeueAfter(Math.max(50, Math.min(againMs ?? Infinity, memory.listAt - deps.now().getTime())));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const stalled = error.reason === 'SecretMissing' || error.reason === 'RepositoryMoved';
      await say(deps, object, previews.length, { reason: error.reason, message: error.message, stalled });
      // Secrets of the administrator's are not watched; asking for one costs little.
      if (error.reason === 'SecretMissing') return requeueAfter(WHILE_STALLED_MS);
      return { kind: 'Retry', error, ...(error.retryAfterMs && { ms: error.retryAfterMs }) };
    }
  };

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
  const repositoryId = before?.repositoryId ?? deps.memories.of(keyText(keyOf(object))).repositoryId;
  const read = readDagRepository(object);
  const git = read.ok ? cloneUrl(read.repository.spec) : before?.git;
  const status = {
    ...(generation && { observedGeneration: generation }),
    conditions: withTransitions(conditions, before?.conditions, deps.now()),
    previews,
    ...(git && { git }),
    ...(repositoryId !== undefined && { repositoryId }),
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
