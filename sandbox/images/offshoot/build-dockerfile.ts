import { cp, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../build/run.ts';
import { ROOT } from './content-key.ts';

interface Build {
  readonly name: string;
  /** OCI archive of BASE_IMAGE. */
  readonly base: string;
  readonly scratch: string;
  readonly archive: string;
  log(line: string): void;
}

/** A fixed moment: the same sources make the same bytes. */
const TIMESTAMP = '1700000000';

/** Runs the project's Dockerfile with buildah, whose own stores are gone afterwards. */
export async function buildDockerfile({ name, base, scratch, archive, log }: Build): Promise<void> {
  const [node, dependencies] = [join(scratch, 'node'), join(scratch, 'dependencies')];
  await takeNode(node);
  log('production dependencies, from the npm registry or its cache');
  await installDependencies(join(dependencies, 'app'));
  const stores = ['--root', join(scratch, 'root'), '--runroot', join(scratch, 'run')];
  const buildah = (...args: string[]): Promise<string> =>
    run('buildah', [...stores, '--storage-driver', 'vfs', ...args]);
  log('the Dockerfile, with buildah');
  await buildah(
    ...['build', '--isolation', 'chroot', '--timestamp', TIMESTAMP, '--tag', name],
    ...['--build-arg', `BASE_IMAGE=oci-archive:${base}`],
    ...['--build-context', `node=${node}`, '--build-context', `dependencies=${dependencies}`],
    ROOT,
  );
  await buildah('push', '--disable-compression', name, `docker-archive:${archive}:${name}`);
}

/** The Node that runs this, where its image has it. */
async function takeNode(folder: string): Promise<void> {
  await mkdir(join(folder, 'usr/local/bin'), { recursive: true });
  await copyFile(process.execPath, join(folder, 'usr/local/bin/node'));
}

/** What the Dockerfile's stage does. Here instead of there, where neither this machine's proxy nor its certificates are known. */
async function installDependencies(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await cp(join(ROOT, file), join(folder, file));
  await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline'], { cwd: folder });
}
