import { LRUCache } from 'lru-cache';
import { kinds } from '../model/kinds.ts';
import { annotation, owner } from '../model/labels.ts';
import { namespaceOf } from '../model/preview.ts';
import { sameText } from '../model/same-text.ts';
import type { SecretEntry } from '../backends/api.ts';
import type { Cache, Cluster } from '../cluster/api.ts';
import type { Key } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { ReadSecret } from '../model/secret-use.ts';
import type { Noted } from '../server/api.ts';

interface Parts {
  cluster: Pick<Cluster, 'patch'>;
  previews: Cache<Preview>;
  hasNamespace(preview: Preview): boolean;
  readSecret: ReadSecret;
  /** Where a preview's own token is. */
  entry: SecretEntry;
  /** Milliseconds on a clock that nobody sets. */
  monotonic(): number;
}

/** git-sync has no more to say than this; the branch's code, which can read the token, may have. */
const APART_MS = 1_000;
const MOST = 10_000;

/** Notes on a Preview what git-sync says it checked out, if the token is that Preview's own. */
export function createSynced({ cluster, previews, hasNamespace, readSecret, entry, monotonic }: Parts) {
  /** Previews by uid, with the time of their last word. */
  const lately = new LRUCache<string, number>({ max: MOST });

  return async ({ namespace, name }: Key, token: string, hash: string): Promise<Noted> => {
    const preview = previews.get({ namespace, name });
    if (!preview || !hasNamespace(preview)) return 'not this preview';
    const { uid = '', annotations } = preview.metadata;
    // Not where the status says: somebody may have written it by hand.
    const where = { namespace: namespaceOf(preview), name: entry.name, previewUid: uid };
    const expected = (await readSecret(where))?.[entry.key];
    if (!expected || !sameText(expected, token)) return 'not this preview';
    if (annotations?.[annotation.synced] === hash) return 'known';
    if (monotonic() - (lately.get(uid) ?? -Infinity) < APART_MS) return 'too soon';
    lately.set(uid, monotonic());
    const patch = { metadata: { uid, annotations: { [annotation.synced]: hash } } };
    await cluster.patch({ kind: kinds.Preview, namespace, name }, patch, { fieldManager: owner.intake });
    return 'noted';
  };
}
