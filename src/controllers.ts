import { createCodeHosts } from './controller/code-host.ts';
import { createQueue } from './controller/queue.ts';
import { createPreviewReconciler } from './controller/preview/reconcile.ts';
import { createSaveStatus } from './controller/preview/save-status.ts';
import { createMemories } from './controller/repository/memory.ts';
import { createRecordBranch } from './controller/repository/record-branch.ts';
import { createRepositoryReconciler } from './controller/repository/reconcile.ts';
import { previewOf } from './intake/preview-of.ts';
import { readDagRepository } from './model/dag-repository.ts';
import { kinds } from './model/kinds.ts';
import { annotation, label } from './model/labels.ts';
import { keyOf, keyText } from './model/object.ts';
import { openMark } from './model/preview.ts';
import { textOf } from './model/problem.ts';
import { createNetworkFacts } from './observe/network.ts';
import { observe } from './observe/observe.ts';
import { createWarningReader } from './observe/warnings.ts';
import { planPreview } from './plan/preview-plan.ts';
import { previewStatus } from './status/preview-status.ts';
import type { Logger } from 'pino';
import type { AirflowClient } from './airflow/api.ts';
import type { Backend } from './backends/api.ts';
import type { Change, Cluster } from './cluster/api.ts';
import type { Config } from './config/api.ts';
import type { Forge, SecretData } from './forges/api.ts';
import type { KubeObject } from './model/object.ts';
import type { Preview } from './model/preview.ts';
import type { Metrics } from './server/metrics.ts';
import type { Watched } from './watched.ts';

interface Parts {
  cluster: Cluster;
  watched: Watched;
  addressOf(service: KubeObject): string | undefined;
  backend: Backend;
  forges: readonly Forge[];
  airflow: AirflowClient;
  readSecret(namespace: string, name: string): Promise<SecretData | undefined>;
  metrics: Metrics;
  farewell(preview: Preview): Promise<void>;
  config: Config;
  now(): Date;
  log: Logger;
}

/** The two reconcilers with their queues, and which change of which object wakes which of them. */
export function startControllers({
  cluster,
  watched,
  addressOf,
  backend,
  forges,
  airflow,
  readSecret,
  metrics,
  farewell,
  config,
  now,
  log,
}: Parts) {
  const network = createNetworkFacts(
    cluster,
    config.podNamespace === undefined
      ? undefined
      : { namespace: config.podNamespace, webhookPort: config.webhookListen.port },
    config.syncedUrl && new URL(config.syncedUrl).hostname,
  );
  const settings = { gitSyncImage: config.gitSyncImage, syncedBase: config.syncedUrl };
  const memories = createMemories();
  const codeHosts = createCodeHosts({ forges, readSecret });
  const warnings = createWarningReader(cluster);
  const repositoryOf = (preview: Preview) => {
    const object = watched.repositories.get({
      namespace: preview.metadata.namespace ?? '',
      name: preview.spec.repositoryRef.name,
    });
    const read = object && readDagRepository(object);
    return read?.ok ? read.repository : undefined;
  };
  const previewsOf = ({ metadata }: KubeObject) =>
    watched
      .readable()
      .filter(
        (one) =>
          one.metadata.namespace === metadata.namespace && one.spec.repositoryRef.name === metadata.name,
      );

  const repositories = timedQueue(
    'repository',
    // Each may wait for a git host that does not answer; the others go on.
    16,
    createRepositoryReconciler({
      cluster,
      repositories: watched.repositories,
      previewsOf,
      codeHost: codeHosts.open,
      memories,
      previewOf: (repository, branch) => previewOf(repository, branch, {}),
      recordBranch: createRecordBranch({ cluster, allPreviews: watched.readable, repositoryOf }),
      now,
      log,
    }),
  );
  const previews = timedQueue(
    'preview',
    8,
    createPreviewReconciler({
      cluster,
      previews: watched.previews,
      repositories: watched.repositories,
      observe: (preview, repository, at) =>
        observe(
          {
            ...watched,
            addressOf,
            warnings,
            airflow,
            network,
            readNamespace: (name) => cluster.get({ kind: kinds.Namespace, name }),
          },
          preview,
          repository,
          at,
        ),
      plan: (input) => planPreview({ ...input, settings }),
      status: previewStatus,
      backend,
      readSecret,
      saveStatus: createSaveStatus({ cluster, now, log }),
      farewell,
      now,
      log,
    }),
  );

  function timedQueue(
    kind: string,
    workers: number,
    reconcile: Parameters<typeof createQueue>[0]['reconcile'],
  ) {
    return createQueue({
      workers,
      async reconcile(key) {
        const end = metrics.reconciles.startTimer({ kind });
        return reconcile(key).finally(end);
      },
      onRetry(key, error, ms) {
        metrics.retries.inc({ kind });
        const code = (error as { code?: string }).code;
        log[code === 'Conflict' ? 'debug' : 'warn'](
          { [kind]: key, code, why: textOf(error), retryInMs: Math.round(ms) },
          'reconcile failed, retrying',
        );
      },
    });
  }

  /** Which change wakes whom. */
  function listen() {
    watched.repositories.onChange(({ type, object, previous }) => {
      if (
        type === 'modified' &&
        previous?.metadata.generation === object.metadata.generation &&
        asked(previous) === asked(object) &&
        sameReady(previous, object)
      )
        return;
      if (previous?.metadata.generation !== object.metadata.generation || asked(previous) !== asked(object))
        memories.listSoon(keyText(keyOf(object)));
      repositories.add(keyText(keyOf(object)));
      for (const preview of previewsOf(object)) previews.add(keyText(keyOf(preview)));
    });
    watched.previews.onChange(({ type, object }: Change<Preview>) => {
      const repository = keyText({
        namespace: object.metadata.namespace ?? '',
        name: object.spec?.repositoryRef?.name,
      });
      if (type === 'deleted') memories.listSoon(repository);
      if (type === 'deleted' || openMark(object) || !object.status?.branch) repositories.add(repository);
      previews.add(keyText(keyOf(object)));
    });
    const ownerOf = ({ metadata }: KubeObject) => {
      const uid = metadata.labels?.[label.previewUid];
      return watched.previews.list().find((preview) => preview.metadata.uid === uid);
    };
    const wakeOwner = ({ object }: Change<KubeObject>) => {
      const preview = ownerOf(object);
      if (preview) previews.add(keyText(keyOf(preview)));
    };
    watched.namespaces.onChange(wakeOwner);
    watched.pods.onChange(wakeOwner);
    for (const cache of watched.owned) {
      // While a namespace is emptied, every object of it says so: what remains to be done shows in pods and namespace alone.
      cache.onChange((change) => ownerOf(change.object)?.metadata.deletionTimestamp || wakeOwner(change));
    }
  }

  return {
    /** Only once every cache is filled: a Preview seen before its DagRepository would look like an orphan, and lose its workloads. */
    start() {
      listen();
      for (const object of watched.repositories.list()) repositories.add(keyText(keyOf(object)));
      for (const object of watched.previews.list()) previews.add(keyText(keyOf(object)));
    },
    stop: async () => void (await Promise.all([repositories.stop(), previews.stop()])),
  };
}

/** Somebody wants a look at a DagRepository and all of its branches. */
const asked = (object: KubeObject | undefined) => object?.metadata.annotations?.[annotation.checkRequested];

const sameReady = (one: KubeObject | undefined, other: KubeObject) =>
  JSON.stringify(one?.['status']) === JSON.stringify(other['status']);
