import { kinds } from './kinds.ts';
import { API_VERSION } from './labels.ts';
import type { Preview } from './preview.ts';

/** An object for server-side apply of a Preview's status: only the fields of the one who applies. */
export function patchOf(preview: Preview, status: object) {
  const { name, namespace, uid } = preview.metadata;
  return {
    apiVersion: API_VERSION,
    kind: kinds.Preview.kind,
    metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) },
    status,
  };
}
