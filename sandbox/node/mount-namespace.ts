import { existsSync } from 'node:fs';
import { mkdir, readlink, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../base/run.ts';
import { waitFor } from '../base/wait.ts';
import type { Program } from '../cluster/start-process.ts';
import { startProcess } from '../cluster/start-process.ts';
import type { SandboxState, StateFile } from '../cluster/state.ts';

/**
 * The node has a mount namespace of its own, held open by a process that only sleeps. What it mounts (pods' volumes,
 * network namespaces, overlays) is nowhere else, nobody else's later mounts get in the way of removing it, and
 * when the last process in it ends the kernel takes all of it away.
 */
const holder = 'mounts';

/** Places whose names are built into kubelet and the CNI library; each gets a folder of the sandbox over it. */
const overlaid = ['/var/lib/kubelet', '/var/lib/cni', '/var/log/pods', '/var/log/containers'];

export const foldersToMake = (): string[] => overlaid.filter((path) => !existsSync(path));

export async function makeMountNamespace(state: StateFile): Promise<void> {
  for (const path of overlaid) await mkdir(path, { recursive: true });
  const args = ['--mount', '--propagation', 'slave', '--', 'sleep', 'infinity'];
  await startProcess(state, { name: holder, file: 'unshare', args });
  const { pid } = state.value.processes[holder]!;
  const here = await readlink('/proc/self/ns/mnt');
  const apart = await waitFor(
    async () => (await readlink(`/proc/${pid}/ns/mnt`).catch(() => here)) !== here,
    { timeout: 5_000, interval: 5 },
  );
  if (!apart) throw new Error('unshare created no mount namespace');
  // -n: notes of mounts would go to /run/mount, on the machine itself.
  const mount = (...options: string[]) => run('nsenter', inside(state.value, 'mount', ['-n', ...options]));
  await mount('--make-rshared', '/');
  for (const path of overlaid) {
    const own = join(state.paths.folder, path.slice(1).replaceAll('/', '-'));
    await mkdir(own, { recursive: true });
    await mount('--bind', own, path);
  }
  // Sockets and network namespaces live under /run; resolv.conf is read before this, and copied.
  await mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run');
}

/** The arguments that make `nsenter` run a program inside. */
export function inside({ processes }: SandboxState, file: string, args: readonly string[]): string[] {
  return [`--mount=/proc/${processes[holder]!.pid}/ns/mnt`, '--', file, ...args];
}

/** The same program, run inside; `nsenter` becomes it, so that the process id stays. */
export const insideProgram = (state: SandboxState, program: Program): Program => ({
  ...program,
  file: 'nsenter',
  args: inside(state, program.file, program.args),
});

export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const path of made) await rmdir(path).catch(() => undefined); // somebody else uses it by now
}
