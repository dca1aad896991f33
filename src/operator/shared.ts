import { createCodeHosts } from '../controller/code-host.ts';
import { createRendering } from '../plan/rendering.ts';
import { proxyOf } from '../model/proxy.ts';
import { createOutbox } from './outbox.ts';
import type { Logger } from 'pino';
import type { AirflowClient } from '../airflow/api.ts';
import type { Backend, BackendKind } from '../backends/api.ts';
import type { Cluster, Exec } from '../cluster/api.ts';
import type { Config } from '../config/api.ts';
import type { Forge } from '../forges/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { ReadDagRepository } from '../model/dag-repository.ts';
import type { ReadSecret } from '../model/secret-use.ts';
import type { Channel } from '../notify/api.ts';
import type { Metrics } from '../server/metrics.ts';
import type { Caches } from './caches.ts';

/** What the rest of the operator gives to the controllers. */
export interface Parts {
  cluster: Cluster;
  caches: Caches;
  addressOf(service: KubeObject): string | undefined;
  backend: Backend;
  secrets: BackendKind['secrets'];
  exec: Exec;
  forges: readonly Forge[];
  airflow: AirflowClient;
  readRepository(object: KubeObject): ReadDagRepository;
  readSecret: ReadSecret;
  metrics: Metrics;
  channels: readonly Channel[];
  config: Config;
  now(): Date;
  log: Logger;
}

/** What the reconcilers use. */
export const sharedBy = (parts: Parts) => {
  const { backend, config } = parts;
  const settings = {
    gitSyncImage: config.gitSyncImage,
    syncedBase: config.syncedUrl,
    proxy: proxyOf(config),
    userIds: config.userIds,
  };
  return {
    ...parts,
    ...createOutbox(parts),
    settings,
    codeHosts: createCodeHosts(parts),
    rendering: createRendering(backend, settings),
  };
};

export type Shared = ReturnType<typeof sharedBy>;
