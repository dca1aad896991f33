import { grant } from './controller/repository/grants.ts';
import { createRepositoryReconciler } from './controller/repository/reconcile.ts';
import { createSaveGrants } from './controller/repository/save-grants.ts';
import { previewOf } from './intake/preview-of.ts';
import { monotonic } from './model/clock.ts';
import { isOf } from './model/preview.ts';
import { ownerOfBase } from './plan/urls/owner.ts';
import { createWebhookKeys, webhookSecretOf } from './webhook-keys.ts';
import type { createNewest } from './controller/repository/newest.ts';
import type { Memories } from './controller/repository/memory.ts';
import type { Shared } from './controllers.ts';
import type { DagRepository } from './model/dag-repository.ts';
import type { KubeObject } from './model/object.ts';
import type { Preview } from './model/preview.ts';

type Newest = ReturnType<typeof createNewest<Preview>>;

/** What the reconciler of DagRepositories works with. */
export function repositoryReconciler(
  shared: Shared,
  memories: Memories,
  newest: Newest,
  leftBehind: (repository: KubeObject) => string | undefined,
) {
  const { cluster, watched, backend, codeHosts, rendering, readSecret, now, log } = shared;
  const webhookKeys = createWebhookKeys(readSecret);
  const previewsOf = (repository: KubeObject) => watched.previewsOf(repository).map(newest.of);
  const baseOwner = (repository: DagRepository) =>
    ownerOfBase(repository.spec.url.base, watched.repositories.list());

  return createRepositoryReconciler({
    cluster,
    repositories: watched.repositories,
    previews: watched.previews,
    previewsOf,
    codeHost: codeHosts.open,
    webhookTrouble: (repository) => webhookKeys.trouble(webhookSecretOf(repository)),
    memories,
    prepare: (repository, its) => backend.prepare(repository, its.flatMap(watched.podsOf)),
    previewOf: (repository, branch) => previewOf(repository, branch, {}),
    ownerOfBase: baseOwner,
    grants: (repository, facts) =>
      grant({
        repository,
        previews: previewsOf(repository),
        facts,
        ownsBase: baseOwner(repository)?.metadata.uid === repository.metadata.uid,
        taken: watched.readable().flatMap((one) => (isOf(repository)(one) ? [] : (one.status?.url ?? []))),
        exists: watched.hasNamespace,
        rendering: rendering(repository),
        now: now(),
      }),
    saveGrants: createSaveGrants({ cluster, remember: newest.remember }),
    leftBehind,
    now,
    monotonic,
    log,
  });
}
