import { createQueueRemovalNotice } from '../notify/queue-removal-notice.ts';
import { createTrustedOutbox } from '../notify/trusted-outbox.ts';
import type { Logger } from 'pino';
import type { Cluster } from '../cluster/api.ts';
import type { Channel } from '../notify/api.ts';
import type { Watched } from './caches.ts';

interface Parts {
  cluster: Cluster;
  watched: Watched;
  channels: readonly Channel[];
  now(): Date;
  log: Logger;
}

/** How removals get into the outbox, and which entries are believed: known for as long as this process runs. */
export function createOutbox({ cluster, watched, channels, now, log }: Parts) {
  const trusted = createTrustedOutbox({ channels, hasRepository: watched.hasRepository, log });
  watched.outbox.onChange(({ type, object }) => type === 'deleted' && trusted.gone(object));
  return {
    trusted,
    queueRemovalNotice: createQueueRemovalNotice({
      channels,
      cluster,
      repositoryOf: watched.repositoryOf,
      wrote: trusted.wrote,
      now,
      log,
    }),
  };
}
