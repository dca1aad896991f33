import type { Kind } from './api.ts';
import { ClusterError } from './errors.ts';

/** The URL path of a collection; without a namespace that of all namespaces. */
export function collectionPath(kind: Kind, namespace?: string): string {
  const group = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const scope = kind.namespaced && namespace ? `/namespaces/${segment(kind, namespace)}` : '';
  return `${group}${scope}/${kind.plural}`;
}

/** The URL path of one object. An empty name or namespace is refused: it would address the whole collection. */
export function objectPath(
  kind: Kind,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string {
  if (kind.namespaced && !namespace) {
    throw new ClusterError('BadRequest', `${kind.kind} ${name} needs a namespace`);
  }
  const own = `${collectionPath(kind, namespace)}/${segment(kind, name)}`;
  return subresource ? `${own}/${subresource}` : own;
}

export function query(parameters: Record<string, string | number | boolean | undefined>): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  if (set.length === 0) return '';
  return `?${new URLSearchParams(set.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}

function segment(kind: Kind, text: string): string {
  // `.` and `..` would be resolved away by URL parsers, an empty one by the server.
  if (text === '' || text === '.' || text === '..') {
    throw new ClusterError('BadRequest', `${JSON.stringify(text)} is not a name for a ${kind.kind}`);
  }
  return encodeURIComponent(text);
}
