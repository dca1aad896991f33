// Neither white space nor control characters anywhere, and no part that git or ssh would read as an option.
const TEXT = '[^\\s\\x00-\\x1f\\x7f]';
// A backslash counts as a slash in some readings of URLs: no host has one.
const PART = '[^\\s\\x00-\\x1f\\x7f/?#@\\\\]';
const FIRST = '[^\\s\\x00-\\x1f\\x7f/?#@\\\\-]';
const NAME = '[A-Za-z0-9_][A-Za-z0-9._-]*';

/** `ssh://…`, `https://…`, `http://…`, `git://…` or `user@host:path`; no other transport, no local path. RE2 reads it as well. */
export const GIT_URL = new RegExp(
  `^((ssh|https?|git)://(${FIRST}${PART}*@)?${FIRST}${PART}*/${TEXT}+|${NAME}@[A-Za-z0-9][A-Za-z0-9.-]*:${TEXT}+)$`,
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
