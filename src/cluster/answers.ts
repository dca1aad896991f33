import type { Kind, KubeObject } from './api.ts';
import { ClusterError } from './errors.ts';
import { type Call, what } from './transport.ts';

export const accept = {
  object: 'application/json',
  partialList: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  partial: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
};

export interface ListPage {
  items: KubeObject[];
  resourceVersion: string;
  continue?: string;
}

/** One object of this kind, or `Internal`: a login page answered with 200 is not an object. */
export function readObject(call: Call, kind: Kind, text: string): KubeObject {
  const value = parse(call, text);
  if (isObjectOf(kind, value)) return asKind(kind, value);
  throw garbage(call, `it is not a ${kind.kind}`);
}

/** One page of a list, or `Internal`: what is not certainly a list must not look like an empty one. */
export function readList(call: Call, kind: Kind, text: string): ListPage {
  const list = parse(call, text) as {
    kind?: unknown;
    items?: unknown;
    metadata?: { resourceVersion?: unknown; continue?: unknown };
  } | null;
  const version = list?.metadata?.resourceVersion;
  const items = list?.items ?? [];
  const right = list?.kind === `${kind.kind}List` || list?.kind === 'PartialObjectMetadataList';
  if (!right || typeof version !== 'string' || version === '' || !Array.isArray(items)) {
    throw garbage(call, `it is not a ${kind.kind}List`);
  }
  if (!items.every(hasName)) throw garbage(call, 'an item has no metadata.name');
  const more = list?.metadata?.continue;
  return {
    items: items.map((item) => asKind(kind, item)),
    resourceVersion: version,
    ...(typeof more === 'string' && more !== '' && { continue: more }),
  };
}

/** Items of a list come without apiVersion and kind, partial ones with meta.k8s.io's. */
export function asKind(kind: Kind, object: object): KubeObject {
  return { ...object, apiVersion: kind.apiVersion, kind: kind.kind } as KubeObject;
}

export function isObjectOf(kind: Kind, value: unknown): value is KubeObject {
  if (!hasName(value)) return false;
  const named = (value as KubeObject).kind;
  return named === kind.kind || named === 'PartialObjectMetadata';
}

function hasName(value: unknown): value is { metadata: { name: string } } {
  const name = (value as { metadata?: { name?: unknown } } | null)?.metadata?.name;
  return typeof name === 'string' && name !== '';
}

function parse(call: Call, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw garbage(call, 'it is not JSON', cause);
  }
}

function garbage(call: Call, why: string, cause?: unknown): ClusterError {
  return new ClusterError(
    'Internal',
    `${what(call)}: cannot read the answer: ${why}; is there a proxy in front of the API server?`,
    { cause },
  );
}
