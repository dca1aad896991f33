import { kinds } from '../model/kinds.ts';
import type { Cluster, KubeObject } from './api.ts';

const KEPT_MS = 10_000;
/** However often somebody asks past the cache (a flood of wrong signatures does), one read a second is made. */
const FRESH_MS = 1_000;

interface Kept {
  at: number;
  data: Promise<Record<string, string> | undefined>;
}

/** Reads Secrets by name, decoded; undefined where there is none. Right to read a Secret is needed, to list them is not. */
export function createSecretReader(cluster: Pick<Cluster, 'get'>, now: () => number = Date.now) {
  const kept = new Map<string, Kept>();
  return (namespace: string, name: string, fresh = false): Promise<Record<string, string> | undefined> => {
    const key = `${namespace}/${name}`;
    const known = kept.get(key);
    if (known && now() - known.at < (fresh ? FRESH_MS : KEPT_MS)) return known.data;
    const data = cluster.get<KubeObject>({ kind: kinds.Secret, namespace, name }).then(decode);
    kept.set(key, { at: now(), data });
    data.catch(() => kept.delete(key));
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
