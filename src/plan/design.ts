import { cloneUrl } from '../model/git-source.ts';
import { isSsh } from '../model/git-url.ts';
import { labelValue, previewName } from '../model/names.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import type { Design, PlanSettings } from './api.ts';
import type { Network } from '../model/network.ts';

/** The preview as it should be. Pure: the same input gives the same design, byte for byte. */
export function designOf(
  repository: DagRepository,
  preview: Preview,
  url: string,
  network: Network,
  settings: PlanSettings,
): Design {
  const { spec, metadata } = repository;
  const namespace = metadata.namespace ?? '';
  return {
    uid: preview.metadata.uid ?? '',
    preview: preview.metadata.name,
    previewLabel: labelValue(`${namespace}-${preview.metadata.name}`),
    repository: metadata.name,
    repositoryNamespace: namespace,
    branch: preview.spec.branch,
    namespace: previewName(namespace, metadata.name, preview.spec.branch),
    url,
    git: { url: cloneUrl(spec), login: login(repository) },
    code: spec.code,
    airflow: spec.airflow,
    database: { image: spec.database.image },
    gitSyncImage: settings.gitSyncImage,
    quota: spec.quota,
    network,
    syncedUrl: settings.syncedBase && `${settings.syncedBase}/synced/${namespace}/${preview.metadata.name}`,
    proxy: settings.proxy,
    userIds: settings.userIds ?? 'own',
  };
}

function login({ spec }: DagRepository): Design['git']['login'] {
  if (!spec.credentialsSecretRef) return 'none';
  return isSsh(cloneUrl(spec)) ? 'ssh' : 'password';
}
