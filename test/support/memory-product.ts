import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import * as airflows from '../../src/airflow/all.ts';
import { backendKind } from '../../src/backends/all.ts';
import { repositoryReader } from '../../src/operator/read-repository.ts';
import { createApplier } from '../../src/cluster/applier.ts';
import { createSecretReader } from '../../src/cluster/secret-reader.ts';
import { createMemories } from '../../src/controller/repository/memory.ts';
import { owner } from '../../src/model/labels.ts';
import { keyOf, keyText } from '../../src/model/object.ts';
import { createReadYourWrites } from '../../src/model/read-your-writes.ts';
import { createCaches } from '../../src/operator/caches.ts';
import { previewReconciler } from '../../src/operator/preview-wiring.ts';
import { repositoryReconciler } from '../../src/operator/repository-wiring.ts';
import { sharedBy } from '../../src/operator/shared.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { aSpec, NOW } from './builders.ts';
import { aHandClock } from './hand-clock.ts';
import { aCluster } from './memory-cluster.ts';
import { aCodeHost } from './memory-code-host.ts';
import { runPods } from './memory-pods.ts';
import type { Health } from '../../src/airflow/api.ts';
import type { Config } from '../../src/config/api.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview } from '../../src/model/preview.ts';
import type { Parts } from '../../src/operator/shared.ts';

/** Nobody but the controllers' own test reads them. */
const metrics = createMetrics(
  () => [],
  () => true,
);

const config: Config = {
  reach: 'direct',
  webhookListen: { host: '::', port: 8080 },
  gatewayListen: { host: '::', port: 8081 },
  metricsListen: { host: '::', port: 8082 },
  trustedProxies: [],
  slackApiUrl: 'https://slack.invalid',
  gitSyncImage: 'git-sync',
  userIds: 'own',
  syncedUrl: 'http://10.89.0.9:8080',
  logLevel: 'info',
};

/** The process has run for a while: nothing happens at zero. */
const UP_MS = 7_000;

/** Its git server has an address, which nobody has to look up. */
export const inMemory = (parts: Parameters<typeof aSpec>[0] = {}) =>
  aSpec({ git: { url: 'https://10.89.0.1/acme/dags.git' }, webhookSecretRef: undefined, ...parts });

/**
 * All that decides, wired as the operator wires it, over a cluster, a code host and an Airflow in memory. Time is the test's: `pass` moves
 * both clocks.
 */
export async function aProduct(seeds: KubeObject[], branches: readonly string[] = []) {
  const clock = aHandClock();
  const now = () => new Date(NOW.getTime() + clock.now());
  vi.spyOn(performance, 'now').mockImplementation(() => UP_MS + clock.now());
  vi.spyOn(Date, 'now').mockImplementation(() => now().getTime());
  onTestFinished(() => void vi.restoreAllMocks());
  const memory = aCluster(seeds, { now });
  const { cluster, store } = memory;
  const codeHost = aCodeHost(branches);
  const kind = backendKind(airflows);
  const caches = createCaches(cluster, kind.watches);
  const logged: { msg: string; why?: string }[] = [];
  const airflow: { health: Health } = { health: { answers: false, waitingFor: ['Airflow'] } };

  const parts: Parts = {
    cluster,
    caches,
    addressOf: ({ metadata }) => `http://${metadata.name}.${metadata.namespace}`,
    backend: kind.create({
      cluster,
      applier: createApplier(cluster, owner.controller),
      kept: caches.kept,
      userIds: 'own' as const,
    }),
    secrets: kind.secrets,
    exec: async () => undefined,
    forges: codeHost.forges,
    airflow: { health: async () => airflow.health, importErrors: async () => undefined },
    readRepository: repositoryReader(airflows.dialectOf, kind),
    readSecret: createSecretReader(cluster),
    metrics,
    channels: [],
    config,
    now,
    log: pino({}, { write: (line) => void logged.push(JSON.parse(line) as { msg: string }) }),
  };
  const shared = sharedBy(parts);
  const granted = createReadYourWrites<Preview>();
  const reconcileRepository = repositoryReconciler(shared, createMemories(), granted, () => undefined);
  const reconcilePreview = previewReconciler(shared);
  await caches.start();

  const previews = () => store.list().filter(({ kind: it }) => it === 'Preview') as Preview[];
  return {
    ...memory,
    ...codeHost,
    parts,
    logged,
    airflow,
    clock,
    pass: clock.pass,
    previews,
    preview: (branch: string) => previews().find(({ spec }) => spec.branch === branch)!,
    reconcileRepository: (name = 'dags') => reconcileRepository(`offshoot/${name}`),
    /** A look takes a millisecond: Events are named by the time. */
    reconcilePreview: (preview: Preview) =>
      reconcilePreview(keyText(keyOf(preview))).finally(() => clock.pass(1)),
    runPods: () => runPods(cluster, now()),
  };
}
