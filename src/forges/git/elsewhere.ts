import { GIT_URL, gitHost, gitPort, isSsh } from '../../model/git-url.ts';

/**
 * Whether none of a repository's addresses can be this one: they are on the same server, reached the same way, under another path. A mirror, a
 * proxy or another way in is on another server, or on another port, and disagrees with nothing.
 */
export function isElsewhere(url: string, addresses: readonly string[]): boolean {
  const own = placeOf(url);
  const beside = addresses
    .flatMap((one) => placeOf(one) ?? [])
    .filter(({ server }) => server === own?.server);
  return own !== undefined && beside.length > 0 && !beside.some(({ path }) => mayBeOne(path, own.path));
}

/** Servers that have a prefix of their own in front of a path leave it out over SSH. */
const mayBeOne = (one: string, other: string) =>
  `/${one}`.endsWith(`/${other}`) || `/${other}`.endsWith(`/${one}`);

/** The same for all spellings of an address. Case counts on some servers, and is no plain difference on any. */
function placeOf(url: string): { server: string; path: string } | undefined {
  if (!GIT_URL.test(url) || (url.includes('://') && !URL.canParse(url))) return undefined;
  const usual = USUAL_PORTS.includes(gitPort(url));
  const way = isSsh(url) ? 'ssh' : url.startsWith('git:') ? 'git' : 'http';
  const path = url.includes('://') ? new URL(url).pathname : url.slice(url.indexOf(':') + 1);
  return {
    server: `${way} ${gitHost(url).toLowerCase().replace(/[.]$/, '')} ${usual ? '' : gitPort(url)}`,
    path: unescaped(path)
      .toLowerCase()
      .replace(/^\/+|\/+$/g, '')
      .replace(/[.]git$/, ''),
  };
}

const USUAL_PORTS = [22, 80, 443, 9418];

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
