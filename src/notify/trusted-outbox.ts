import { parseOutbox } from './outbox.ts';
import type { Logger } from 'pino';
import type { KubeObject } from '../model/object.ts';
import type { Channel, OutboxEntry } from './api.ts';

interface Surroundings {
  channels: readonly Channel[];
  /** Whether there is a DagRepository in this namespace, be it on its way out. */
  hasRepository(namespace: string): boolean;
  log: Pick<Logger, 'warn'>;
}

/**
 * Anybody who may make ConfigMaps can give one the outbox's label. It counts as Offshoot's own where it has the name and form of an
 * entry, and lies beside a DagRepository: who can write there speaks for that team anyway. What this process wrote counts as well, since
 * a DagRepository may be gone as soon as its previews are. All else is left alone: neither acted on nor deleted.
 */
export function createTrustedOutbox({ channels, hasRepository, log }: Surroundings) {
  const written = new Set<string>();
  const told = new Set<string>();

  /** A line for each namespace, however many there are and however often they are looked at. */
  function leftAlone(namespace: string, why: string): [] {
    if (!told.has(namespace))
      log.warn({ namespace, why }, 'notify: ignoring ConfigMaps with the outbox label');
    told.add(namespace);
    return [];
  }

  return {
    /** What is to be said, if this is to be believed. */
    read(configMap: KubeObject): OutboxEntry[] {
      const { namespace = '', uid = '' } = configMap.metadata;
      if (!written.has(uid) && !hasRepository(namespace))
        return leftAlone(namespace, 'there is no DagRepository in this namespace');
      const read = parseOutbox(configMap, channels);
      return read.ok ? [read.entry] : leftAlone(namespace, read.message);
    },
    wrote: ({ metadata }: KubeObject) => void written.add(metadata.uid ?? ''),
    gone: ({ metadata }: KubeObject) => void written.delete(metadata.uid ?? ''),
  };
}

export type TrustedOutbox = ReturnType<typeof createTrustedOutbox>;
