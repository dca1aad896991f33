import { createHash } from 'node:crypto';
import { annotation, label } from '../../model/labels.ts';
import { meta } from './meta.ts';
import type { Material } from '../../model/material.ts';
import type { KubeObject } from '../../model/object.ts';
import type { SecretData } from '../../model/secret-use.ts';
import type { Design } from '../../plan/api.ts';

/** The Secret of a material; `values` as the pods of this backend read them. */
export function materialSecret(
  design: Design,
  { secret, part, expiresAt }: Material,
  values: SecretData,
): KubeObject {
  const expires = expiresAt !== undefined && {
    [annotation.expires]: new Date(expiresAt).toISOString(),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta(design, secret, part, expires || undefined),
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries(values).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
    ),
  };
}

interface Deployment extends KubeObject {
  spec: { template: { metadata: { labels: Record<string, string>; annotations?: Record<string, string> } } };
}

/**
 * Marks a part's pods with a digest of the materials that restart it, so that Kubernetes replaces them when one changes. Nothing is
 * marked where there are none. The digest is of values and owner: it tells nothing of either.
 */
export const restartedBy =
  (design: Design, materials: readonly Material[]) =>
  (object: KubeObject): KubeObject => {
    const part = object.metadata.labels?.[label.part];
    const its = materials.filter((one) => one.restarts && one.part === part);
    if (object.kind !== 'Deployment' || its.length === 0) return object;
    const { spec, ...rest } = object as Deployment;
    const { metadata } = spec.template;
    const text = JSON.stringify([design.uid, its.map(({ secret, values }) => [secret, values])]);
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const annotations = { ...metadata.annotations, [annotation.materials]: digest };
    return {
      ...rest,
      spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } },
    };
  };
