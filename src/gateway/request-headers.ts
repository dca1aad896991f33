import ipaddr from 'ipaddr.js';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Destination } from './api.ts';
import type { Asked, Trusted } from './asked.ts';
import { isLocal } from './for-host.ts';
import { passing } from './passing.ts';
import { isWithin } from './same-site.ts';

/**
 * What Airflow's UI, API and streams need of a request's headers. A branch is untrusted code, and a visitor comes with more than it may
 * see: what a sign-in in front adds, cookies of other sites on the same domain, whatever a browser thinks of next.
 */
const PASSED =
  /^(accept(-charset|-encoding|-language)?|airflow-[a-z-]+|cache-control|content-(disposition|encoding|language|length|type)|correlation-id|if-[a-z-]+|last-event-id|pragma|range|user-agent|x-request(-id|ed-with))$/;

export interface Visitor {
  asked: Asked;
  trusted: Trusted;
  /** `cookie` and `authorization`, as far as they are of this preview's own making. */
  credentials: IncomingHttpHeaders;
}

/** What an Airflow gets to see of a request's headers, and who it is told that asks, and where. */
export function requestHeaders(
  request: IncomingMessage,
  destination: Destination,
  { asked, trusted, credentials }: Visitor,
): IncomingHttpHeaders {
  const { origin, referer } = request.headers;
  const own = ownAddress(asked, destination);
  return {
    ...passing(request.headers, PASSED),
    ...credentials,
    // Airflow reads of the former whether it is asked by its own pages. Of others, it is not even told the address.
    ...(referer && isWithin(referer, own.host, destination.prefix) && { referer }),
    ...(origin && isWithin(origin, own.host) && { origin }),
    host: own.host,
    'x-forwarded-host': own.host,
    'x-forwarded-proto': own.scheme,
    'x-forwarded-for': chainOf(request, trusted),
  };
}

/** The address that was granted, as far as it was asked for: whoever ends TLS in front, and however he says so, the links are right. */
function ownAddress(asked: Asked, { host, origin }: Destination) {
  if (asked.name !== host) return asked;
  const granted = new URL(origin);
  // A port-forward has a port of its own.
  return { scheme: granted.protocol.slice(0, -1), host: isLocal(host) ? asked.host : granted.host };
}

/** Who asks, and the trusted proxies between: what stands before the first stranger's address is the stranger's own invention. */
function chainOf({ headers, socket }: IncomingMessage, trusted: Trusted): string {
  const told = headers['x-forwarded-for']?.toString().split(',') ?? [];
  const chain = [...told.map((one) => one.trim()), plain(socket.remoteAddress)].filter(Boolean);
  const stranger = chain.findLastIndex((address) => !trusted(address));
  return chain.slice(Math.max(stranger, 0)).join(', ');
}

/** On a socket of both families, an IPv4 address comes as one of IPv6, `::ffff:10.0.0.1`. */
const plain = (address: string | undefined) =>
  address && ipaddr.isValid(address) ? ipaddr.process(address).toString() : (address ?? '');
