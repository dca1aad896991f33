import { pino } from 'pino';
import * as airflows from '../airflow/all.ts';
import { createAirflowClient } from '../airflow/client.ts';
import { backendKind } from '../backends/all.ts';
import { connect } from '../cluster/connect.ts';
import { createApplier } from '../cluster/applier.ts';
import { createTunnels, direct } from '../cluster/reach.ts';
import { createSecretReader } from '../cluster/secret-reader.ts';
import { createForges, sweepCredentials } from '../forges/all.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createIntake } from '../intake/mark.ts';
import { monotonic } from '../model/clock.ts';
import { owner } from '../model/labels.ts';
import { proxyOf } from '../model/proxy.ts';
import { viewOf } from '../model/preview-view.ts';
import { textOf } from '../model/problem.ts';
import { createChannels } from '../notify/all.ts';
import { createMetrics } from '../server/metrics.ts';
import { createMetricsServer } from '../server/metrics-server.ts';
import { createWebhookServer } from '../server/webhook-server.ts';
import { createControllers } from './controllers.ts';
import { createLeadership } from '../leader/leadership.ts';
import { createSynced } from '../intake/synced.ts';
import { createCaches } from './caches.ts';
import { everywhere } from './everywhere.ts';
import { handOver } from './hand-over.ts';
import { gatewayFacts } from './gateway-wiring.ts';
import { repositoryReader } from './read-repository.ts';
import { createWebhookKeys } from '../intake/webhook-keys.ts';
import type { Config } from '../config/api.ts';
import type { Forge } from '../forges/api.ts';
import type { Preview } from '../model/preview.ts';

/** Builds the whole operator from its configuration and starts it. `stop` ends it in the order in which data flows. */
export async function serve(config: Config, kindOf = backendKind): Promise<{ stop(): Promise<void> }> {
  const log = pino({ level: config.logLevel });
  await sweepCredentials();
  const metrics = createMetrics(
    () => reasonsOf(caches.readable()),
    () => leadership.holds(),
  );
  const connection = await connect({
    ...(config.kubeconfig && { kubeconfig: config.kubeconfig }),
    ...(config.context && { context: config.context }),
    log,
    onRequest: ({ verb, kind, code }) => metrics.requests.inc({ verb, kind, code }),
    mayWrite: () => leadership.holds(),
  });
  const { cluster, interactive, aside } = connection;
  const kind = kindOf(airflows);
  const caches = createCaches(cluster, kind.watches);
  const reach =
    config.reach === 'direct'
      ? direct
      : createTunnels({ forward: connection.forward, podOf: caches.podOf, log });
  caches.services.onChange(({ type, object }) => type === 'deleted' && reach.forget(object));
  const readSecret = createSecretReader(cluster);
  // A delivery and a visitor wait for their keys: those reads must not queue behind the reconcilers either.
  const readKeys = createSecretReader(aside);
  const webhookKeys = createWebhookKeys(readKeys);
  const airflow = createAirflowClient(airflows.dialects);
  const now = () => new Date();

  const backend = kind.create({
    cluster,
    applier: createApplier(cluster, owner.controller),
    kept: caches.kept,
    userIds: config.userIds,
  });
  const forges = createForges({ ...config, proxy: proxyOf(config) });
  const webhooks = createWebhookServer({
    forges,
    repository: caches.repository,
    repositories: caches.readableRepositories,
    webhookKeys: webhookKeys.keys,
    intake: createIntake({ cluster: interactive, previews: caches.previews, now }),
    synced: createSynced({
      ...caches,
      cluster: aside,
      readSecret: readKeys,
      entry: kind.secrets.synced,
      monotonic,
    }),
    log,
    seen: (event, outcome) => metrics.deliveries.inc({ event, outcome }),
  });
  const gateway = createGateway({
    ...gatewayFacts({
      caches,
      secrets: kind.secrets,
      look: backend.look,
      addressOf: reach.addressOf,
      readSecret: readKeys,
      now,
    }),
    trustedProxies: config.trustedProxies,
    log,
  });
  const platform = createMetricsServer({
    metrics: metrics.text,
    notReady: () => (caches.synced() ? undefined : 'the caches are filling'),
    log,
  });

  const controllers = createControllers({
    cluster,
    caches,
    addressOf: reach.addressOf,
    exec: connection.exec,
    backend,
    secrets: kind.secrets,
    forges,
    airflow,
    readRepository: repositoryReader(airflows.dialectOf, kind),
    readSecret,
    metrics,
    channels: createChannels({ config, readSecret, log }),
    config,
    now,
    log,
  });
  const leadership = createLeadership({
    cluster: aside,
    leases: caches.leases,
    podNamespace: config.podNamespace,
    podName: config.podName,
    lead: controllers.start,
    follow: controllers.stop,
    log,
    now: monotonic,
  });
  /**
   * Of a DagRepository's own route its status says why it is closed; of a shared one, nobody else does. Asked apart from the keys of
   * deliveries: these must find a Secret that is created a moment later, and the reader would remember for a second that there was none.
   */
  async function reportClosed({ webhooks }: Forge) {
    if (!webhooks?.shared) return;
    const { name, secret } = webhooks.shared;
    await createWebhookKeys(readSecret)
      .trouble(secret)
      .then(
        (trouble) => trouble && log.warn({ why: trouble.message }, `refusing deliveries of ${name}`),
        (error: unknown) =>
          log.warn({ why: textOf(error) }, `the webhook Secret of ${name} could not be read`),
      );
  }
  await platform.listen(await everywhere(config.metricsListen));
  await caches.start();
  leadership.start();
  for (const forge of forges) void reportClosed(forge);
  await webhooks.listen(await everywhere(config.webhookListen));
  await gateway.listen(await everywhere(config.gatewayListen));
  log.info(
    {
      server: connection.server,
      webhooks: webhooks.server.address(),
      gateway: gateway.server.address(),
      metrics: platform.server.address(),
    },
    'Offshoot is ready',
  );

  return {
    async stop() {
      const closed = Promise.all([webhooks.close(), gateway.close()]);
      await Promise.all([handOver({ controllers, leadership }), closed]);
      await Promise.all([reach.close(), connection.close()]);
      await Promise.all([airflow.close(), platform.close()]);
      log.info({}, 'Offshoot has stopped');
    },
  };
}

const reasonsOf = (previews: Preview[]) => previews.map((preview) => viewOf(preview).reason ?? 'Unknown');
