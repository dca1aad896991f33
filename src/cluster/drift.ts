import { createHash } from 'node:crypto';
import type { KubeObject, ManagedField } from './api.ts';
import { canonical } from './canonical.ts';

/**
 * A short string that changes when anybody wrote anything but status, and only then. It reads metadata alone: `generation` does not exist
 * for every kind and `resourceVersion` moves with every status, but the API server keeps book of who wrote which field, and when.
 */
export function signature(object: KubeObject): string {
  const { uid, generation, deletionTimestamp, managedFields = [] } = object.metadata;
  const writers = managedFields
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ manager, operation, subresource, time, fieldsV1 }: ManagedField) =>
      canonical({ manager, operation, subresource, time, fieldsV1 }),
    )
    .sort();
  return createHash('sha256')
    .update(canonical({ uid, generation, deletionTimestamp, writers }))
    .digest('base64url');
}
