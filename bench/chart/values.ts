import { images } from '../../demo/manifests.ts';

interface GitSource {
  readonly url: string;
  readonly branch: string;
}

const [repository, tag] = split(images.airflow);
const [gitSyncRepository, gitSyncTag] = split(images.gitSync);

/**
 * The official chart as close to a preview as its values allow: the same images, KubernetesExecutor, git-sync on one branch, the same
 * intervals. Switched off is what a preview has not either, or what the sandbox's image lacks (the log groomers).
 */
export const chartValues = ({ url, branch }: GitSource): object => ({
  airflowVersion: tag,
  defaultAirflowRepository: repository,
  defaultAirflowTag: tag,
  executor: 'KubernetesExecutor',
  images: { gitSync: { repository: gitSyncRepository, tag: gitSyncTag } },
  // The chart's own database image is no longer published; this one is up already, which is in the chart's favour.
  postgresql: { enabled: false },
  data: { metadataSecretName: 'bench-metadata' },
  // As hooks they would wait for each other.
  migrateDatabaseJob: { useHelmHooks: false, applyCustomEnv: false },
  createUserJob: { enabled: false, useHelmHooks: false, applyCustomEnv: false },
  statsd: { enabled: false },
  redis: { enabled: false },
  triggerer: { persistence: { enabled: false }, logGroomerSidecar: { enabled: false } },
  scheduler: { logGroomerSidecar: { enabled: false } },
  dagProcessor: { logGroomerSidecar: { enabled: false } },
  workers: { logGroomerSidecar: { enabled: false } },
  dags: {
    gitSync: {
      enabled: true,
      repo: url,
      branch,
      ref: branch,
      subPath: 'dags',
      period: '5s',
      maxFailures: 10,
    },
  },
  config: {
    core: {
      load_examples: 'False',
      auth_manager: 'airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager',
      simple_auth_manager_all_admins: 'True',
    },
    api: { workers: 1 },
    dag_processor: { refresh_interval: 5, min_file_process_interval: 5 },
  },
});

function split(image: string): [name: string, tag: string] {
  const colon = image.lastIndexOf(':');
  return [image.slice(0, colon), image.slice(colon + 1)];
}
