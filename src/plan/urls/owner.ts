import { hostNameOf } from '../../model/host-name.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { oncePerObject } from '../../model/once-per-object.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview } from '../../model/preview.ts';

/** To which DagRepository the host of a URL belongs; undefined if it is nobody's. */
export type WhoseHost = (url: string | undefined) => KubeObject | undefined;

/**
 * A host belongs to the oldest of the DagRepositories, in all namespaces, that name it as their `url.base`. Scheme and port do not tell
 * hosts apart: browsers keep cookies by name alone, and the gateway routes by it. It stays the owner until it is gone, whatever else is
 * wrong with it.
 */
export function whoseHost(repositories: readonly KubeObject[]): WhoseHost {
  const owners = ownersOf(repositories);
  return (url) => owners.get(hostNameOf(url) ?? '');
}

/** A Preview, and the host that its URL lies on. */
export interface Hosted {
  host: string;
  preview: Preview;
}

/**
 * The Previews whose URL lies on a host of their own DagRepository: a status may be written by hand, or be older than the rule. A host
 * that is no longer anybody's base is left to the oldest of the DagRepositories whose previews still have their URLs there.
 */
export function rightful(previews: readonly Preview[], repositories: readonly KubeObject[]): Hosted[] {
  const byName = new Map(repositories.map((one) => [keyText(keyOf(one)), one]));
  const all = previews.flatMap((preview) => {
    const { namespace = '' } = preview.metadata;
    const repository = byName.get(keyText({ namespace, name: preview.spec.repositoryRef.name }));
    const host = hostOf(preview);
    return repository && host ? [{ preview, repository, host }] : [];
  });
  const owners = ownersOf(repositories);
  const left = new Map<string, KubeObject>();
  for (const { repository, host } of all) if (!owners.has(host)) claim(left, host, repository);
  return all.filter(({ repository, host }) => (owners.get(host) ?? left.get(host)) === repository);
}

const hostOf = oncePerObject(({ status }: Preview) => hostNameOf(status?.url));
const hostOfBase = oncePerObject(({ spec }: KubeObject) =>
  hostNameOf((spec as { url?: { base?: unknown } } | undefined)?.url?.base),
);

function ownersOf(repositories: readonly KubeObject[]) {
  const owners = new Map<string, KubeObject>();
  for (const one of repositories) claim(owners, hostOfBase(one), one);
  return owners;
}

function claim(owners: Map<string, KubeObject>, host: string | undefined, one: KubeObject) {
  if (!host) return;
  const holder = owners.get(host);
  if (!holder || rank(one) < rank(holder)) owners.set(host, one);
}

const rank = ({ metadata }: KubeObject) =>
  [metadata.creationTimestamp ?? '', metadata.namespace ?? '', metadata.name].join(' ');
