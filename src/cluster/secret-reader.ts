import { LRUCache } from 'lru-cache';
import { monotonic } from '../model/clock.ts';
import { kinds } from '../model/kinds.ts';
import { Problem } from '../model/problem.ts';
import { openSecret } from '../model/secret-use.ts';
import type { ReadSecret, SecretData } from '../model/secret-use.ts';
import type { Cluster, KubeObject } from './api.ts';

const KEPT_MS = 10_000;
/**
 * However often somebody asks past the cache (a flood of wrong signatures does), one read a second is made. Nor does anybody wait longer
 * than that for a read that somebody else began: it may hang where a new one would not. And what cannot be used is looked at again as
 * soon: somebody may be putting it right.
 */
const FRESH_MS = 1_000;
const MOST = 10_000;

interface Kept {
  at: number;
  keptMs: number;
  data: Promise<SecretData | undefined>;
}

/**
 * The one way to a Secret's values, by name: the Secret has to say itself that it is for this (`openSecret`). Undefined where there is
 * none; a Problem where it is not for this. Right to read a Secret is needed, to list them is not.
 */
export function createSecretReader(cluster: Pick<Cluster, 'get'>, now: () => number = monotonic): ReadSecret {
  const kept = new LRUCache<string, Kept>({ max: MOST });
  return (wanted, fresh = false) => {
    const { namespace, name } = wanted;
    const key = [namespace, name, 'use' in wanted ? wanted.use : wanted.previewUid].join('/');
    const known = kept.get(key);
    if (known && now() - known.at < (fresh ? FRESH_MS : known.keptMs)) return known.data;
    const data = cluster
      .get<KubeObject>({ kind: kinds.Secret, namespace, name })
      .then((secret) => openSecret(secret, wanted));
    const read: Kept = { at: now(), keptMs: FRESH_MS, data };
    kept.set(key, read);
    data.then(
      (found) => found && (read.keptMs = KEPT_MS),
      (error: unknown) => !(error instanceof Problem) && kept.peek(key) === read && kept.delete(key),
    );
    return data;
  };
}
