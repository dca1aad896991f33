import { annotation } from '../model/labels.ts';
import { owns } from './drift.ts';
import type { KubeObject } from './api.ts';

/** An object with a digest of itself, by which another process sees that this is what was applied last. */
export function withMark(object: KubeObject, rendered: string): KubeObject {
  // A digest of a weak password would tell it to whoever may read metadata; and to apply a Secret once more restarts nothing.
  if (object.kind === 'Secret') return object;
  const annotations = { ...object.metadata.annotations, [annotation.applied]: rendered };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

export const markOf = ({ metadata }: KubeObject) => metadata.annotations?.[annotation.applied];

/** Whether just this was applied last, whichever process did it, and nobody has changed or removed a field of it since. */
export function wasApplied(object: KubeObject, rendered: string, live: KubeObject, manager: string): boolean {
  return markOf(live) === rendered && owns(live, withMark(object, rendered), manager);
}
