// Neither white space nor control characters anywhere, and no part that git or ssh would read as an option.
const TEXT = '[^\\s\\x00-\\x1f\\x7f]';
const PATH = `[^\\s\\x00-\\x1f\\x7f-]${TEXT}*`;
// A backslash counts as a slash in some readings of URLs: no host has one. git decodes %2d, so it is no beginning either.
const PART = '[^\\s\\x00-\\x1f\\x7f/?#@\\\\]';
const FIRST = '[^\\s\\x00-\\x1f\\x7f/?#@\\\\%-]';
const USER = '[A-Za-z0-9_][A-Za-z0-9._-]*';
const LABEL = '[A-Za-z0-9_][A-Za-z0-9_-]*';
const OCTET = '(0|[1-9][0-9]?[0-9]?)';

/** A name whose last label is no number: 2852039166, 0xa9fea9fe and 0251.0376.0251.0376 are addresses as well, for those who hide one. */
export const HOST_NAME = `(${LABEL}[.])*[A-Za-z_][A-Za-z0-9_-]*[.]?`;
/** A host as git, curl and we all read it the same way: a name, four decimal numbers, or IPv6 in brackets. */
export const HOST = `(${HOST_NAME}|(${OCTET}[.]){3}${OCTET}|\\[[0-9A-Fa-f:.]+\\])`;
export const PORT = '(:[0-9]*)?';

/** `ssh://…`, `https://…`, `http://…`, `git://…` or `user@host:path`; no other transport, no local path. RE2 reads it as well. */
export const GIT_URL = new RegExp(
  `^((ssh|https?|git)://(${FIRST}${PART}*@)?${HOST}${PORT}/${PATH}|${USER}@${HOST_NAME}:${PATH}|${USER}@(${OCTET}[.]){3}${OCTET}:${PATH})$`,
);

/** The host of a git URL, without port. */
export function gitHost(url: string): string {
  if (!url.includes('://')) return url.slice(url.indexOf('@') + 1, url.indexOf(':'));
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** The port git connects to. */
export function gitPort(url: string): number {
  if (!url.includes('://')) return 22;
  const { port, protocol } = new URL(url);
  return port ? Number(port) : ({ 'https:': 443, 'http:': 80, 'git:': 9418 }[protocol] ?? 22);
}

export const isSsh = (url: string) => !url.includes('://') || url.startsWith('ssh://');
