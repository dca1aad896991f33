import type { IncomingHttpHeaders } from 'node:http';

/** Is this URL on that host (scheme and default port aside) and, if a prefix is given, in that preview? */
export function isWithin(url: string, host: string, prefix = ''): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host: found, pathname } = new URL(url);
  return (
    /^https?:$/.test(protocol) && plain(found) === plain(host) && `${pathname}/`.startsWith(`${prefix}/`)
  );
}

const plain = (host: string) => host.toLowerCase().replace(/\.?(:(80|443))?$/, '');

const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Does a page of another site ask for something that has an effect, or for a WebSocket? There is no sign-in yet, so any page that a
 * visitor has open could act as admin. Programs send neither of these headers.
 */
export function isForeign(
  { method = '', headers, opens }: { method?: string; headers: IncomingHttpHeaders; opens: boolean },
  hosts: readonly string[],
): boolean {
  if (READS.includes(method) && !opens) return false;
  const { origin } = headers;
  if (origin !== undefined) return !hosts.some((host) => isWithin(origin, host));
  return headers['sec-fetch-site'] === 'cross-site';
}
