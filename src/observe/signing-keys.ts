import { LRUCache } from 'lru-cache';
import { label } from '../model/labels.ts';
import type { KubeObject } from '../model/object.ts';
import type { ReadSecret } from '../model/secret-use.ts';

const MOST = 1_000;

/** Reads what a preview's Airflow checks tokens with, once per Secret: generated keys never change while their Secret lives. */
export function createSigningKeys(readSecret: ReadSecret) {
  const known = new LRUCache<string, string>({ max: MOST });
  return async ({
    metadata: { namespace = '', name, uid = '', labels },
  }: KubeObject): Promise<string | undefined> => {
    const previewUid = labels?.[label.previewUid] ?? '';
    const key = known.get(uid) ?? (await readSecret({ namespace, name, previewUid }))?.['jwt-secret'];
    if (key) known.set(uid, key);
    return key;
  };
}
