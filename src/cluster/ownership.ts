import { label } from '../model/labels.ts';
import { ClusterError } from './errors.ts';
import type { KubeObject } from '../model/object.ts';

/** Only what was created for the same preview. A namespace has the uid as an annotation too, which stays where somebody removes the label. */
export function mustBeOurs(desired: KubeObject, live: KubeObject): void {
  const owner = ownerOf(desired);
  if (owner && (ownerOf(live) === owner || live.metadata.annotations?.[label.previewUid] === owner)) return;
  throw new ClusterError(
    'NotOurs',
    `${nameOf(live)} exists and was not created for this preview ` +
      `(its label ${label.previewUid} is ${JSON.stringify(ownerOf(live) ?? null)}, not ${JSON.stringify(owner ?? null)}): ` +
      'it is not touched; delete or rename it',
  );
}

export function mustLive(live: KubeObject): void {
  if (!live.metadata.deletionTimestamp) return;
  // An apply would succeed and vanish together with the object.
  throw new ClusterError('Conflict', `${nameOf(live)} is being deleted; wait until it is gone`);
}

/** Our labels and annotations that are not as they should be; undefined if all are. */
export function strayedMetadata(desired: KubeObject, live: KubeObject) {
  const strayed = (field: 'labels' | 'annotations') =>
    Object.entries(desired.metadata[field] ?? {}).filter(
      ([key, value]) => live.metadata[field]?.[key] !== value,
    );
  const [labels, annotations] = [strayed('labels'), strayed('annotations')];
  if (labels.length + annotations.length === 0) return undefined;
  return {
    ...(labels.length && { labels: Object.fromEntries(labels) }),
    ...(annotations.length && { annotations: Object.fromEntries(annotations) }),
  };
}

/** How a field of such metadata is called. */
export function firstOf(metadata: NonNullable<ReturnType<typeof strayedMetadata>>): string {
  const [[field, values] = ['', {}]] = Object.entries(metadata);
  return `metadata.${field}.${Object.keys(values)[0]}`;
}

export function ownerOf(object: KubeObject): string | undefined {
  return object.metadata.labels?.[label.previewUid];
}

export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}
