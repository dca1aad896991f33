import { monotonic } from '../model/clock.ts';
import { kinds } from '../model/kinds.ts';
import type { Cluster, KubeObject } from './api.ts';

const KEPT_MS = 10_000;
/**
 * However often somebody asks past the cache (a flood of wrong signatures does), one read a second is made. Nor does anybody wait longer
 * than that for a read that somebody else began: it may hang where a new one would not.
 */
const FRESH_MS = 1_000;

interface Kept {
  at: number;
  answered: boolean;
  data: Promise<Record<string, string> | undefined>;
}

/** Reads Secrets by name, decoded; undefined where there is none. Right to read a Secret is needed, to list them is not. */
export function createSecretReader(cluster: Pick<Cluster, 'get'>, now: () => number = monotonic) {
  const kept = new Map<string, Kept>();
  return (namespace: string, name: string, fresh = false): Promise<Record<string, string> | undefined> => {
    const key = `${namespace}/${name}`;
    const known = kept.get(key);
    if (known && now() - known.at < (fresh || !known.answered ? FRESH_MS : KEPT_MS)) return known.data;
    const data = cluster.get<KubeObject>({ kind: kinds.Secret, namespace, name }).then(decode);
    const read: Kept = { at: now(), answered: false, data };
    kept.set(key, read);
    data.then(
      () => (read.answered = true),
      () => kept.get(key) === read && kept.delete(key),
    );
    return data;
  };
}

function decode(secret: KubeObject | undefined) {
  if (!secret) return undefined;
  const entries = Object.entries((secret['data'] ?? {}) as Record<string, string>);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}
