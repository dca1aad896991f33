import { createQueueRemovalNotice } from '../notify/queue-removal-notice.ts';
import { createTrustedOutbox } from '../notify/trusted-outbox.ts';
import type { Logger } from 'pino';
import type { Cluster } from '../cluster/api.ts';
import type { Channel } from '../notify/api.ts';
import type { Caches } from './caches.ts';

interface Parts {
  cluster: Cluster;
  caches: Caches;
  channels: readonly Channel[];
  now(): Date;
  log: Logger;
}

/** How removals get into the outbox, and which entries are believed: known for as long as this process runs. */
export function createOutbox({ cluster, caches, channels, now, log }: Parts) {
  const trusted = createTrustedOutbox({ channels, hasRepository: caches.hasRepository, log });
  caches.outbox.onChange(({ type, object }) => type === 'deleted' && trusted.gone(object));
  return {
    trusted,
    queueRemovalNotice: createQueueRemovalNotice({
      channels,
      cluster,
      repositoryOf: caches.repositoryOf,
      wrote: trusted.wrote,
      now,
      log,
    }),
  };
}
