import { grant } from '../controller/repository/grants.ts';
import { createRepositoryReconciler } from '../controller/repository/reconcile.ts';
import { createSaveGrants } from '../controller/repository/save-grants.ts';
import { previewOf } from '../intake/preview-of.ts';
import { monotonic } from '../model/clock.ts';
import { webhookSecretOf } from '../model/dag-repository.ts';
import { parseOutbox } from '../notify/outbox.ts';
import { whoseHost } from '../plan/urls/owner.ts';
import { pathUrls } from '../plan/urls/path.ts';
import { createWebhookKeys } from '../intake/webhook-keys.ts';
import type { createReadYourWrites } from '../model/read-your-writes.ts';
import type { Memories } from '../controller/repository/memory.ts';
import type { Shared } from './shared.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';

type Granted = ReturnType<typeof createReadYourWrites<Preview>>;

/** What the reconciler of DagRepositories works with. */
export function repositoryReconciler(
  shared: Shared,
  memories: Memories,
  granted: Granted,
  leftBehind: (repository: KubeObject) => string | undefined,
) {
  const { cluster, caches, backend, codeHosts, rendering, readRepository, readSecret, channels, now, log } =
    shared;
  const webhookKeys = createWebhookKeys(readSecret);
  const previewsOf = (repository: KubeObject) => caches.previewsOf(repository).map(granted.of);
  const owners = () => whoseHost(caches.repositories.list());

  return createRepositoryReconciler({
    cluster,
    repositories: caches.repositories,
    readRepository,
    previews: caches.previews,
    previewsOf,
    codeHost: codeHosts.open,
    webhookTrouble: (repository) => webhookKeys.trouble(webhookSecretOf(repository)),
    memories,
    prepare: async (repository, its) => backend.prepare?.(repository, its.flatMap(caches.podsOf)),
    previewOf: (repository, branch) => previewOf(repository, branch, {}),
    ownerOfBase: ({ spec }) => owners()(spec.url.base),
    grants(repository, facts) {
      const ownerOf = owners();
      const { uid } = repository.metadata;
      return grant({
        repository,
        previews: previewsOf(repository),
        facts,
        urls: pathUrls,
        ownsBase: ownerOf(repository.spec.url.base)?.metadata.uid === uid,
        foreign: (url) => (ownerOf(url) ?? repository).metadata.uid !== uid,
        exists: caches.hasNamespace,
        rendering: rendering(repository),
        now: now(),
      });
    },
    saveGrants: createSaveGrants({ cluster, remember: granted.remember }),
    leftBehind,
    owesWords: ({ metadata }) =>
      caches.outbox.list().some((one) => {
        const read = one.metadata.namespace === metadata.namespace && parseOutbox(one, channels);
        return read && read.ok && read.entry.announcement.repository === metadata.name;
      }),
    now,
    monotonic,
    log,
  });
}
