import type { IncomingHttpHeaders } from 'node:http';
import { passing } from './passing.ts';

/**
 * What a visitor's browser gets of an answer's headers. All previews of a host share one origin, and some headers speak for all of it
 * (Clear-Site-Data, Strict-Transport-Security, Alt-Svc, Reporting-Endpoints, Service-Worker-Allowed), some to other sites' pages
 * (Access-Control-…) and some to a proxy in front (X-Accel-Redirect): none of these is a branch's to send.
 */
const PASSED =
  /^(accept-ranges|age|airflow-[a-z-]+|allow|cache-control|content-[a-z-]+|correlation-id|cross-origin-[a-z-]+|date|deprecation|etag|expires|last-modified|link|location|permissions-policy|pragma|referrer-policy|retry-after|server(-timing)?|sunset|vary|warning|www-authenticate|x-accel-buffering|x-content-type-options|x-frame-options|x-request-id|x-xss-protection)$/;

export function answerHeaders(
  original: IncomingHttpHeaders,
  prefix: string,
  names: readonly string[],
): IncomingHttpHeaders {
  const set = [original['set-cookie'] ?? []].flat();
  const cookies = set.flatMap((cookie) => ownCookie(cookie, prefix, names) ?? []);
  return { ...passing(original, PASSED), ...(cookies.length > 0 && { 'set-cookie': cookies }) };
}

/**
 * Airflow's own cookie, kept to this preview's path and this very host; undefined for any other. One for a path elsewhere is dropped, not
 * moved here: Airflow clears what older versions left at `/`, which would clear the one that it has just set.
 */
function ownCookie(cookie: string, prefix: string, names: readonly string[]): string | undefined {
  const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim());
  if (!pair.includes('=') || !names.includes(pair.split('=')[0]?.trim() ?? '')) return undefined;
  const named = (name: string) => (attribute: string) =>
    attribute.split('=')[0]?.trim().toLowerCase() === name;
  const path = attributes.findLast(named('path'))?.split('=')[1]?.trim() ?? '';
  if (path.startsWith('/') && !`${path}/`.startsWith(`${prefix}/`)) return undefined;
  const kept = attributes.filter((one) => !named('path')(one) && !named('domain')(one));
  return [pair, ...kept, `Path=${prefix}/`].join('; ');
}
