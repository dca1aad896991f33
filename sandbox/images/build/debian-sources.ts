import { run } from './run.ts';

/** The Debian release of every image made here. */
export const SUITE = 'bookworm';

/**
 * The apt lines for SUITE that this machine itself uses, so that a mirror configured here serves the images
 * as well. Empty on a machine of another release: mmdebstrap then uses Debian's own addresses.
 */
export async function debianSources(): Promise<string[]> {
  const format = '$(IDENTIFIER)|$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';
  return sourceLines(await run('apt-get', ['indextargets', '--format', format]).catch(() => ''));
}

/** Pure part of `debianSources`: apt's own list of index files, to one `deb` line per repository. */
export function sourceLines(targets: string): string[] {
  const releases = [SUITE, `${SUITE}-updates`, `${SUITE}-security`];
  const lines = new Map<string, string>();
  for (const target of targets.split('\n')) {
    const [kind, origin, uri, release = '', component] = target.split('|');
    if (kind !== 'Packages' || origin !== 'Debian' || component !== 'main' || !releases.includes(release))
      continue;
    lines.set(release, `deb ${uri} ${release} main`);
  }
  return lines.has(SUITE) ? [...lines.values()].sort() : [];
}

/** apt's proxy and certificate settings of this machine, which mmdebstrap does not take over by itself. */
export async function aptTransportOptions(): Promise<string[]> {
  const dump = await run('apt-config', ['dump', '--no-empty', 'Acquire::http', 'Acquire::https']).catch(
    () => '',
  );
  return dump.split('\n').filter((line) => /^Acquire::https?::[^ ]+ ".*";$/.test(line));
}
