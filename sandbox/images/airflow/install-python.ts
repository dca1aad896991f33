import { chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../recipe.ts';
import { run } from '../build/run.ts';

/** glibc versions that wheels are built against, up to bookworm's 2.36. */
const GLIBC_MINORS = [36, 35, 34, 33, 32, 31, 28, 27, 26, 24, 17, 12, 5];

const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * Installs `requirements.lock` into a virtual environment of the image, with this machine's pip and so from
 * whatever index pip is configured for. Only wheels: nothing is compiled, and no code of a package runs here.
 */
export async function installPython(work: Workspace, venv: string, version: string): Promise<void> {
  const lock = join(work.source, 'requirements.lock');
  const target = join(work.root, venv, 'lib', `python${version}`, 'site-packages');
  const bin = join(work.root, venv, 'bin');
  await mkdir(target, { recursive: true });
  await mkdir(bin);
  for (const name of ['python', 'python3', `python${version}`])
    await symlink(`/usr/bin/python${version}`, join(bin, name));
  const machine = MACHINES[process.arch] ?? process.arch;
  const platforms = GLIBC_MINORS.map((minor) => `--platform=manylinux_2_${minor}_${machine}`);
  const wheels = ['--only-binary=:all:', '--no-deps', '--no-compile', `--python-version=${version}`];
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-cache-dir', '--root-user-action=ignore'];
  work.log('installing Airflow from PyPI');
  await run('pip3', [
    'install',
    ...quiet,
    ...wheels,
    ...platforms,
    `--platform=manylinux2014_${machine}`,
    `--target=${target}`,
    `--requirement=${lock}`,
  ]);
  await moveScripts(join(target, 'bin'), bin, join(venv, 'bin', 'python'));
}

/** pip puts commands beside the packages, for the Python it runs in: they belong to the image's own. */
async function moveScripts(from: string, to: string, python: string): Promise<void> {
  for (const name of await readdir(from)) {
    const text = await readFile(join(from, name), 'utf8');
    await writeFile(join(to, name), text.replace(/^#!.*python.*\n/, `#!${python}\n`));
    await chmod(join(to, name), 0o755);
  }
  await rm(from, { recursive: true });
}
