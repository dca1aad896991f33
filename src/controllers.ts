import { createCodeHosts } from './controller/code-host.ts';
import { createQueue } from './controller/queue.ts';
import { createRendering } from './controller/rendering.ts';
import { createPreviewReconciler } from './controller/preview/reconcile.ts';
import { createSaveStatus } from './controller/preview/save-status.ts';
import { createGitSyncWaker } from './controller/preview/wake-git-sync.ts';
import { createMemories } from './controller/repository/memory.ts';
import { grant } from './controller/repository/grants.ts';
import { createNewest } from './controller/repository/newest.ts';
import { createSaveGrants } from './controller/repository/save-grants.ts';
import { createRepositoryReconciler } from './controller/repository/reconcile.ts';
import { previewOf } from './intake/preview-of.ts';
import { findCondition } from './model/conditions.ts';
import { kinds } from './model/kinds.ts';
import { annotation, label } from './model/labels.ts';
import { keyOf, keyText } from './model/object.ts';
import { openMark } from './model/preview.ts';
import { textOf } from './model/problem.ts';
import { createNetworkFacts } from './observe/network.ts';
import { observe } from './observe/observe.ts';
import { createSigningKeys } from './observe/signing-keys.ts';
import { createWarningReader } from './observe/warnings.ts';
import { planPreview } from './plan/preview-plan.ts';
import { ownerOfBase } from './plan/urls/owner.ts';
import { previewStatus } from './status/preview-status.ts';
import type { Logger } from 'pino';
import type { AirflowClient } from './airflow/api.ts';
import type { Backend } from './backends/api.ts';
import type { Change, Cluster, Exec } from './cluster/api.ts';
import type { Config } from './config/api.ts';
import type { Forge, SecretData } from './forges/api.ts';
import type { DagRepository } from './model/dag-repository.ts';
import type { KubeObject } from './model/object.ts';
import type { Preview } from './model/preview.ts';
import type { Metrics } from './server/metrics.ts';
import type { Watched } from './watched.ts';

interface Parts {
  cluster: Cluster;
  watched: Watched;
  addressOf(service: KubeObject): string | undefined;
  backend: Backend;
  exec: Exec;
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
  exec,
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
  const rendering = createRendering(backend, settings);
  const memories = createMemories();
  const codeHosts = createCodeHosts({ forges, readSecret });
  const warnings = createWarningReader(cluster);
  const signingKey = createSigningKeys(readSecret);
  const newest = createNewest<Preview>();
  const isOf =
    ({ metadata }: KubeObject) =>
    (preview: Preview) =>
      preview.metadata.namespace === metadata.namespace && preview.spec.repositoryRef.name === metadata.name;
  const previewsOf = (repository: KubeObject) => watched.readable().filter(isOf(repository)).map(newest.of);
  const baseOwner = (repository: DagRepository) =>
    ownerOfBase(repository.spec.url.base, watched.repositories.list());

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
      prepare: (repository, its) =>
        backend.prepare(
          repository,
          its.flatMap(({ metadata }) => watched.pods.labelled(label.previewUid, metadata.uid ?? '')),
        ),
      previewOf: (repository, branch) => previewOf(repository, branch, {}),
      ownerOfBase: baseOwner,
      grants: (repository, facts) =>
        grant({
          repository,
          previews: previewsOf(repository),
          facts,
          ownsBase: baseOwner(repository)?.metadata.uid === repository.metadata.uid,
          taken: watched.readable().flatMap((one) => (isOf(repository)(one) ? [] : (one.status?.url ?? []))),
          exists: ({ metadata }) =>
            watched.namespaces.labelled(label.previewUid, metadata.uid ?? '').length > 0,
          rendering: rendering(repository),
          now: now(),
        }),
      saveGrants: createSaveGrants({ cluster, remember: newest.remember }),
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
            signingKey,
            network,
            mints: codeHosts.mints,
            readNamespace: (name) => cluster.get({ kind: kinds.Namespace, name }),
          },
          preview,
          repository,
          at,
        ),
      plan: (input) => planPreview({ ...input, settings }),
      status: previewStatus,
      backend,
      codeHost: codeHosts.open,
      wakeGitSync: createGitSyncWaker({
        exec,
        podsOf: ({ metadata }) => watched.pods.labelled(label.previewUid, metadata.uid ?? ''),
        now,
        log,
      }),
      rendering,
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
      // A `url.base` may have become free, or another's.
      for (const one of watched.repositories.list()) repositories.add(keyText(keyOf(one)));
      for (const preview of previewsOf(object)) previews.add(keyText(keyOf(preview)));
    });
    const repositoryOf = ({ metadata, spec }: Preview) =>
      keyText({ namespace: metadata.namespace ?? '', name: spec?.repositoryRef?.name });
    watched.previews.onChange(({ type, object, previous }: Change<Preview>) => {
      const repository = repositoryOf(object);
      if (type === 'deleted') {
        memories.listSoon(repository);
        newest.forget(object.metadata.uid ?? '');
      }
      if (type !== 'modified' || openMark(object) || !sameForGrants(previous, object))
        repositories.add(repository);
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
    watched.namespaces.onChange((change) => {
      wakeOwner(change);
      const preview = change.type === 'deleted' && ownerOf(change.object);
      if (preview) repositories.add(repositoryOf(preview)); // its slot may be free
    });
    watched.pods.onChange(wakeOwner);
    watched.schemas.onChange(({ object }) => {
      for (const { kind, name } of object.metadata.ownerReferences ?? [])
        if (kind === 'DagRepository')
          repositories.add(keyText({ namespace: object.metadata.namespace ?? '', name }));
    });
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

/** What the repository reconciler grants by. */
const sameForGrants = (one: Preview | undefined, other: Preview) => grantFacts(one) === grantFacts(other);

const grantFacts = (preview: Preview | undefined) => {
  const { branch, url, admitted, queue, revision, rendering, conditions } = preview?.status ?? {};
  const { generation, deletionTimestamp } = preview?.metadata ?? {};
  const ready = findCondition(conditions, 'Ready');
  const heard = [ready?.status, ready?.reason, ready?.observedGeneration];
  return JSON.stringify([
    generation,
    deletionTimestamp,
    branch,
    url,
    admitted,
    queue,
    revision,
    rendering,
    heard,
  ]);
};
