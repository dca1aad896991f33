import { LRUCache } from 'lru-cache';
import type { SecretEntry } from '../backends/api.ts';
import type { Cache } from '../cluster/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { ReadSecret } from '../model/secret-use.ts';

const MOST = 1_000;

/**
 * Reads what a preview's Airflow checks tokens with, once per Secret: generated keys never change while their Secret lives. Undefined while
 * there is none.
 */
export function createSigningKeys(
  secrets: Pick<Cache<KubeObject>, 'get'>,
  readSecret: ReadSecret,
  { name, key }: SecretEntry,
) {
  const known = new LRUCache<string, string>({ max: MOST });
  return async ({ namespace, previewUid }: PlaceOfKeys): Promise<string | undefined> => {
    const { uid } = secrets.get({ namespace, name })?.metadata ?? {};
    if (uid === undefined) return undefined;
    const value = known.get(uid) ?? (await readSecret({ namespace, name, previewUid }))?.[key];
    if (value) known.set(uid, value);
    return value;
  };
}

/** The namespace of a preview, and the Preview's uid: another one's keys count as none. */
export interface PlaceOfKeys {
  namespace: string;
  previewUid: string;
}
