import { readDagRepository } from '../model/dag-repository.ts';
import { createQueueRemovalNotice } from '../notify/queue-removal-notice.ts';
import { createTrustedOutbox } from '../notify/trusted-outbox.ts';
import type { Logger } from 'pino';
import type { Cluster } from '../cluster/api.ts';
import type { Preview } from '../model/preview.ts';
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
  const repositoryOf = ({ metadata: { namespace = '' }, spec }: Preview) => {
    const object = watched.repositories.get({ namespace, name: spec.repositoryRef.name });
    const read = object && readDagRepository(object);
    return read?.ok ? read.repository : undefined;
  };
  return {
    trusted,
    repositoryOf,
    queueRemovalNotice: createQueueRemovalNotice({
      channels,
      cluster,
      repositoryOf,
      wrote: trusted.wrote,
      now,
      log,
    }),
  };
}
