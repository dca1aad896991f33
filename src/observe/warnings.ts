import { monotonic } from '../model/clock.ts';
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

const KEPT_MS = 3_000;
/** … and the longer, the more namespaces are asked about: all together ten a second at the most, however many start at once. */
const KEPT_MS_EACH = 100;

/** Reads a namespace's warnings, at most every few seconds: a preview that starts is looked at more often than they change. */
export function createWarningReader(cluster: Pick<Cluster, 'list'>, now: () => number = monotonic) {
  const kept = new Map<string, { at: number; warnings: Promise<Warning[]> }>();
  return (namespace: string): Promise<Warning[]> => {
    const keptMs = Math.max(KEPT_MS, KEPT_MS_EACH * kept.size);
    for (const [name, { at }] of kept) if (now() - at >= keptMs) kept.delete(name);
    const known = kept.get(namespace) ?? { at: now(), warnings: readWarnings(cluster, namespace) };
    kept.set(namespace, known);
    known.warnings.catch(() => kept.delete(namespace));
    return known.warnings;
  };
}

/** The Warning events of a namespace, newest first. */
async function readWarnings(cluster: Pick<Cluster, 'list'>, namespace: string): Promise<Warning[]> {
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
