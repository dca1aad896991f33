import { kinds } from '../model/kinds.ts';
import type { Cluster } from '../cluster/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Warning } from './api.ts';

interface Event extends KubeObject {
  reason?: string;
  message?: string;
  involvedObject?: { kind?: string; name?: string };
  lastTimestamp?: string;
  eventTime?: string;
}

/** The Warning events of a namespace, newest first. */
export async function readWarnings(cluster: Pick<Cluster, 'list'>, namespace: string): Promise<Warning[]> {
  const { items } = await cluster.list<Event>(kinds.Event, { namespace, fieldSelector: 'type=Warning' });
  return items
    .map((event) => ({
      reason: event.reason ?? '',
      message: event.message ?? '',
      about: `${event.involvedObject?.kind ?? ''}/${event.involvedObject?.name ?? ''}`,
      lastSeen: Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? ''),
    }))
    .sort((one, other) => other.lastSeen - one.lastSeen);
}
