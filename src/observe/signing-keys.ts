import type { KubeObject } from '../model/object.ts';

const MOST = 1_000;

/** Reads what a preview's Airflow checks tokens with, once per Secret: generated keys never change while their Secret lives. */
export function createSigningKeys(
  readSecret: (namespace: string, name: string) => Promise<Record<string, string> | undefined>,
) {
  const known = new Map<string, string>();
  return async ({
    metadata: { namespace = '', name, uid = '' },
  }: KubeObject): Promise<string | undefined> => {
    const key = known.get(uid) ?? (await readSecret(namespace, name))?.['jwt-secret'];
    if (known.size >= MOST) known.clear();
    if (key) known.set(uid, key);
    return key;
  };
}
