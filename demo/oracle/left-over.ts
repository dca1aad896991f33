import type { Identity } from './snapshot.ts';

/** What is there after and was not there before, by (resource, namespace, name, uid). */
export function leftOver(before: readonly Identity[], after: readonly Identity[]): readonly Identity[] {
  const known = new Set(before.map(key));
  return after.filter((identity) => !known.has(key(identity)));
}

export function describeIdentity({ resource, namespace, name, uid }: Identity): string {
  return `${resource} ${namespace === '' ? '' : `${namespace}/`}${name} (${uid})`;
}

function key({ resource, namespace, name, uid }: Identity): string {
  // A space can be in none of the four but is in every joint: no two identities share a key.
  return [resource, namespace, name, uid].join(' ');
}
