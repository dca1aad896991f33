import type { IncomingHttpHeaders } from 'node:http';

/** A copy of those headers that may pass: only what is on the list, and nothing that `Connection` names as its own. */
export function passing(original: IncomingHttpHeaders, list: RegExp): IncomingHttpHeaders {
  const named = [original.connection ?? []].flat().join(',').toLowerCase().split(',');
  const dropped = new Set(named.map((name) => name.trim()));
  const kept = Object.entries(original).filter(
    ([name, value]) => value !== undefined && list.test(name) && !dropped.has(name),
  );
  return Object.fromEntries(kept);
}
