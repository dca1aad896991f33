import type { KubeObject } from '../../model/object.ts';

/**
 * The DagRepository that a `url.base` belongs to: the oldest of those, in all namespaces, that name it, however they write it.
 * It stays the owner until it is gone, whatever else is wrong with it.
 */
export function ownerOfBase(base: string, repositories: readonly KubeObject[]): KubeObject | undefined {
  const origin = originOf(base);
  return repositories.filter((one) => originOf(baseOf(one)) === origin).sort(byAge)[0];
}

const baseOf = ({ spec }: KubeObject) => (spec as { url?: { base?: unknown } } | undefined)?.url?.base;

const originOf = (base: unknown) =>
  typeof base === 'string' && URL.canParse(base) ? new URL(base).origin : base;

const byAge = (one: KubeObject, other: KubeObject) => (rank(one) < rank(other) ? -1 : 1);

const rank = ({ metadata }: KubeObject) =>
  [metadata.creationTimestamp ?? '', metadata.namespace ?? '', metadata.name].join(' ');
