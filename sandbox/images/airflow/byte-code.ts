import type { Workspace } from '../recipe.ts';
import { run } from '../build/run.ts';

/**
 * Compiles all Python code in these folders of the image. `unchecked-hash` byte code is valid whatever the
 * time of its source, so a layer may carry any time; compiled, Airflow starts in less than half the time.
 */
export async function compileByteCode(
  work: Workspace,
  folders: readonly string[],
  version: string,
): Promise<void> {
  work.log('compiling byte code');
  const options = ['-m', 'compileall', '-q', '-f', '-j', '2', '--invalidation-mode', 'unchecked-hash'];
  // A few packages carry templates and code for other versions that do not compile: they are never imported.
  const skipped = ['-x', String.raw`lib2to3/tests|/templates/|bad_coding|_py3[0-9]+\.py`];
  // multiprocessing needs shared memory; the mount lives in a namespace that ends with the command.
  const script = 'mount -t tmpfs tmpfs "$0/dev/shm" && exec chroot "$@"';
  const command = [work.root, work.root, `/usr/bin/python${version}`, ...options, ...skipped, ...folders];
  await run('unshare', ['--mount', '--propagation', 'private', '--', 'sh', '-c', script, ...command]);
}
