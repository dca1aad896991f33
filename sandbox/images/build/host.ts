import { access, constants, statfs } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Recipe } from '../recipe.ts';
import { run } from './run.ts';

/** Programs every build needs, by the Debian package that brings them. */
const TOOLS: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  tar: 'tar',
  chroot: 'coreutils',
  unshare: 'util-linux',
};

const NEEDED_BYTES = 4 * 2 ** 30;

/** Makes sure that this machine can build the image; says what is missing and how to get it otherwise. */
export async function requireHost(
  recipe: Recipe,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const why = `the image ${recipe.name} is built from Debian packages, as no registry is used`;
  if (process.platform !== 'linux')
    throw new Error(`${why}, which requires Linux; this is ${process.platform}. Run the sandbox on Linux.`);
  if (process.getuid?.() !== 0)
    throw new Error(
      `${why}, which requires root (it creates files with several owners). Run the sandbox as root.`,
    );
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < NEEDED_BYTES)
    throw new Error(
      `${why}: ${folder} has ${Math.floor((bavail * bsize) / 2 ** 20)} MiB free, ${NEEDED_BYTES / 2 ** 20} are needed. ` +
        'Free some, or set XDG_CACHE_HOME to a folder on a larger disk.',
    );
  const missing = await missingPackages({ ...TOOLS, ...recipe.hostTools });
  if (missing.length > 0) await installPackages(missing, log);
}

async function missingPackages(tools: Readonly<Record<string, string>>): Promise<string[]> {
  const missing = new Set<string>();
  for (const [program, debianPackage] of Object.entries(tools))
    if (!(await isOnPath(program))) missing.add(debianPackage);
  return [...missing].sort();
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders)
    if (
      await access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}

async function installPackages(packages: readonly string[], log: (line: string) => void): Promise<void> {
  const command = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  log(`missing Debian packages: ${packages.join(', ')}; installing them (${command})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
  } catch (cause) {
    throw new Error(`could not install ${packages.join(', ')}. Install them yourself: ${command}`, { cause });
  }
}
