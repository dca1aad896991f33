import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownOptions } from './api.ts';
import { withLock } from './base/file-lock.ts';
import { stateFolder } from './base/folders.ts';
import { SandboxError } from './base/sandbox-error.ts';
import type { Paths, SandboxState } from './cluster/state.ts';
import { pathsOf, readState } from './cluster/state.ts';
import { stopControlPlane } from './cluster/stop-control-plane.ts';
import { stopNode } from './node/stop-node.ts';
import { assertName } from './name.ts';

/** Ends a sandbox and removes all of it but the caches, however much of it still works; nothing there is no error. */
export async function down({ name, log = () => undefined }: DownOptions): Promise<void> {
  const paths = pathsOf(join(stateFolder(), assertName(name)));
  const onWait = ({ pid, what }: { pid: number; what: string }) =>
    log(`process ${pid} is ${what}: waiting for it`);
  await withLock(`${paths.folder}.lock`, { what: `removing ${name}`, timeout: 600_000, onWait }, async () => {
    await rm(`${paths.folder}.failed-logs`, { recursive: true, force: true });
    if (existsSync(paths.folder)) await remove(paths, await readState(paths), log);
  });
}

/** Removes what the state tells about; the caller holds the sandbox's lock. */
export async function remove(
  paths: Paths,
  state: SandboxState | undefined,
  log: (line: string) => void,
): Promise<void> {
  if (state?.size === 'node') {
    if (process.getuid?.() !== 0)
      throw new SandboxError(`${state.name} is a node: only root can remove it`, 'run this as root');
    await stopNode(paths, state, log);
  } else if (state) {
    await stopControlPlane(paths, state);
  }
  await rm(paths.folder, { recursive: true, force: true });
}
