import { createHash } from 'node:crypto';
import { annotation, label } from '../../model/labels.ts';
import type { KubeObject } from '../../model/object.ts';

interface Deployment extends KubeObject {
  spec: { template: { metadata: { labels: Record<string, string>; annotations?: Record<string, string> } } };
}

/** Every pod tells which template it was made from: one that a changed Deployment is about to replace is not taken for the new one. */
export function stamped(object: KubeObject): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const { spec, ...rest } = object as Deployment;
  const { metadata } = spec.template;
  const digest = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 16);
  const annotations = { ...metadata.annotations, [annotation.template]: digest };
  return {
    ...rest,
    spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } },
  };
}

/** The stamps of rendered objects, by part. */
export const stampsOf = (objects: readonly KubeObject[]): ReadonlyMap<string, string> =>
  new Map(
    objects
      .filter((object): object is Deployment => object.kind === 'Deployment')
      .map(({ spec }) => spec.template.metadata)
      .map(({ labels, annotations }) => [labels[label.part] ?? '', annotations?.[annotation.template] ?? '']),
  );
