import { randomBytes } from 'node:crypto';
import { meta } from '../shared/meta.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

export const KEYS = 'airflow-keys';

/** Random keys, made once per preview and never changed. Only apply calls this, never plan: a second call gives other values. */
export function generateKeys(design: Design): KubeObject {
  const hex = (bytes: number) => randomBytes(bytes).toString('hex');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta(design, KEYS, 'keys'),
    type: 'Opaque',
    immutable: true,
    stringData: {
      'fernet-key': randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
      'api-secret-key': hex(32),
      'jwt-secret': hex(64),
      'database-password': hex(24),
      'synced-token': hex(24),
    },
  };
}
