import { getServers } from 'node:dns';
import { envMaterial } from '../controller/preview/env-material.ts';
import { gitMaterial } from '../controller/preview/git-material.ts';
import { createPreviewReconciler } from '../controller/preview/reconcile.ts';
import { createSaveStatus } from '../controller/preview/save-status.ts';
import { createGitSyncWaker } from '../controller/preview/wake-git-sync.ts';
import { monotonic } from '../model/clock.ts';
import { kinds } from '../model/kinds.ts';
import { createWithTemplate } from '../model/template.ts';
import { createNetworkFacts } from '../observe/network.ts';
import { observe } from '../observe/observe.ts';
import { createSigningKeys } from '../observe/signing-keys.ts';
import { createWarningReader } from '../observe/warnings.ts';
import { planPreview } from '../plan/preview-plan.ts';
import { previewStatus } from '../status/preview-status.ts';
import type { Shared } from './shared.ts';

/** What the reconciler of Previews works with. */
export function previewReconciler(shared: Shared) {
  const { cluster, caches, addressOf, backend, exec, airflow, readRepository, readSecret, codeHosts } =
    shared;
  const { rendering, secrets, settings, queueRemovalNotice, config, now, log } = shared;
  const sources = {
    ...caches,
    addressOf,
    look: backend.look,
    airflow,
    warnings: createWarningReader(cluster),
    signingKey: createSigningKeys(caches.secrets, readSecret, secrets.signing),
    network: createNetworkFacts(
      cluster,
      config.podNamespace === undefined
        ? undefined
        : { namespace: config.podNamespace, webhookPort: config.webhookListen.port },
      [config.syncedUrl, config.httpProxy, config.httpsProxy].filter((url) => url !== undefined),
      // In a pod, these are the cluster's; elsewhere they are none of its business.
      [...(config.clusterDns ?? []), ...(config.podNamespace === undefined ? [] : getServers())],
    ),
    mints: codeHosts.mints,
    readNamespace: (name: string) => cluster.get({ kind: kinds.Namespace, name }),
  };

  return createPreviewReconciler({
    cluster,
    previews: caches.previews,
    repositories: caches.repositories,
    readRepository,
    withTemplate: createWithTemplate(readRepository),
    observe: (preview, repository, at) => observe(sources, preview, repository, at),
    plan: (input) => planPreview({ ...input, settings }),
    status: previewStatus,
    backend,
    materials: [gitMaterial(codeHosts.open), envMaterial(readSecret)],
    wakeGitSync: createGitSyncWaker({ exec, monotonic, log }),
    rendering,
    saveStatus: createSaveStatus({ cluster, now, log }),
    queueRemovalNotice,
    now,
    log,
  });
}
