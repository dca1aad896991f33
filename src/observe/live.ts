import { label } from '../model/labels.ts';
import { objectKey } from '../model/object.ts';
import { namespaceOf } from '../model/preview.ts';
import type { Cache } from '../cluster/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { Live } from './api.ts';

/** What a cache holds of one preview. */
export const ofPreview = (preview: Preview) => {
  const namespace = namespaceOf(preview);
  return (cache: Cache<KubeObject>) =>
    cache
      .labelled(label.previewUid, preview.metadata.uid ?? '')
      .filter(({ metadata }) => metadata.namespace === namespace);
};

export const byName = (objects: readonly KubeObject[]): Live['objects'] =>
  new Map(objects.map((object) => [objectKey(object), object]));

/** A preview as the caches have it, for whoever asks nobody else. */
export function liveIn(
  { owned, pods }: { owned: readonly Cache<KubeObject>[]; pods: Cache<KubeObject> },
  preview: Preview,
  at: Date,
): Live {
  const mine = ofPreview(preview);
  return { at, objects: byName(owned.flatMap(mine)), pods: mine(pods), warnings: [] };
}
