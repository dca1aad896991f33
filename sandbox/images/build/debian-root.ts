import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUITE, aptTransportOptions, debianSources } from './debian-sources.ts';
import { removeMatching } from './remove-matching.ts';
import { run } from './run.ts';

/** Nobody reads a manual inside a container, and every megabyte is unpacked at every first start. */
const UNREAD = [
  'usr/share/doc/*',
  'usr/share/man/*',
  'usr/share/info/*',
  'usr/share/locale/*',
  'usr/share/lintian/*',
  'usr/share/bash-completion',
  'var/cache/debconf/*',
];

/** usr-is-merged keeps usrmerge, and with it all of perl, out of the image. */
const BASE_PACKAGES = ['usr-is-merged', 'ca-certificates', 'dumb-init'];

/** What the base image of this file is made from, for its cache key. */
export const BASE_DESCRIPTION = `${SUITE} ${BASE_PACKAGES.join(' ')}`;

/** Makes the file system that all images share: Debian's essential packages, certificates, an init. */
export async function makeBaseRoot(root: string, log: (line: string) => void): Promise<void> {
  const merged = '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr';
  await mmdebstrap(root, ['--variant=essential', merged], BASE_PACKAGES, log);
}

/** Installs packages into a file system that `makeBaseRoot` made. */
export async function addPackages(
  root: string,
  packages: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  await mmdebstrap(root, ['--variant=custom', '--skip=check/empty'], packages, log);
}

async function mmdebstrap(
  root: string,
  options: readonly string[],
  packages: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  const apt = (await aptTransportOptions()).map((line) => `--aptopt=${line}`);
  const sources = await debianSources();
  // A mount namespace of its own: whatever happens to mmdebstrap, its mounts end with it.
  const command = ['--mount', '--propagation', 'private', '--', 'mmdebstrap', '--mode=root', ...options];
  const include = `--include=${packages.join(',')}`;
  log(`Debian ${SUITE} with ${packages.join(', ')}`);
  await run('unshare', [...command, ...apt, include, SUITE, root, ...sources]);
  await forgetBuild(root);
  await removeMatching(root, UNREAD);
}

/** Removes what is of this machine or of this moment, so that equal packages give equal layers. */
async function forgetBuild(root: string): Promise<void> {
  const files = [
    'etc/apt/sources.list',
    'etc/apt/apt.conf.d/99mmdebstrap',
    'etc/hostname',
    'etc/resolv.conf',
  ];
  const caches = ['var/log', 'var/cache/apt', 'var/cache/ldconfig', 'var/lib/apt/lists', 'tmp', 'var/tmp'];
  for (const path of [...files, ...caches]) await rm(join(root, path), { recursive: true, force: true });
  for (const path of ['var/log', 'var/cache/apt', 'var/lib/apt/lists']) await mkdir(join(root, path));
  for (const path of ['tmp', 'var/tmp']) await run('install', ['-d', '-m', '1777', join(root, path)]);
  await writeFile(join(root, 'etc/machine-id'), ''); // systemd's way of saying: not set yet
}
