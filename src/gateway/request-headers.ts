import type { IncomingHttpHeaders } from 'node:http';

/** Headers that concern one connection only, and `expect`, which Node has answered already. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface Peer {
  address: string | undefined;
  encrypted: boolean;
  /** A GET or HEAD: its body, if it has one, is not passed on. */
  bodiless: boolean;
}

/**
 * What an Airflow gets to see of a request's headers: everything but hop-by-hop ones, the public host under its own name and as
 * `x-forwarded-host`, and the chain of addresses. A proxy in front of the gateway that set host or scheme is believed.
 */
export function requestHeaders(original: IncomingHttpHeaders, peer: Peer): IncomingHttpHeaders {
  const headers = withoutHopByHop(original);
  if (peer.bodiless) delete headers['content-length'];
  headers['x-forwarded-host'] = original['x-forwarded-host'] ?? original.host;
  headers['x-forwarded-proto'] = original['x-forwarded-proto'] ?? (peer.encrypted ? 'https' : 'http');
  headers['x-forwarded-for'] = [original['x-forwarded-for'], peer.address].filter(Boolean).join(', ');
  return headers;
}

/** A copy without the headers that concern one connection, those that `Connection` names included. */
export function withoutHopByHop(original: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = [original.connection ?? []].flat().join(',').toLowerCase().split(',');
  const dropped = new Set(named.map((name) => name.trim()));
  const kept = Object.entries(original).filter(
    ([name, value]) => value !== undefined && !HOP_BY_HOP.has(name) && !dropped.has(name),
  );
  return Object.fromEntries(kept);
}
