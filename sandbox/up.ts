import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox, UpOptions } from './api.ts';
import { withLock } from './base/file-lock.ts';
import { cacheFolder, stateFolder } from './base/folders.ts';
import { SandboxError } from './base/sandbox-error.ts';
import type { Binaries } from './build/ensure-binaries.ts';
import { ensureBinaries } from './build/ensure-binaries.ts';
import { whatIsWrong } from './cluster/health.ts';
import { controllersWork, startControlPlane } from './cluster/start-control-plane.ts';
import { pathsOf, readState, StateFile } from './cluster/state.ts';
import { checkNodeMachine } from './node/check-node-machine.ts';
import { assertNodeIsFree } from './node/node-record.ts';
import { startNode } from './node/start-node.ts';
import { ensurePackages, packagesFor } from './node/packages.ts';
import { assertName } from './name.ts';
import { remove } from './down.ts';
import { sandboxOf } from './sandbox.ts';

/** Brings a sandbox up, or finds it up; returns once it can be used, and leaves it running when this process ends. */
export async function up({
  size,
  name = size,
  family = 4,
  log = () => undefined,
}: UpOptions): Promise<Sandbox> {
  assertName(name);
  const paths = pathsOf(join(stateFolder(), name));
  if (size === 'node') checkNodeMachine();
  await ensurePackages(packagesFor(size), log);
  const lock = { what: `bringing up ${name}`, timeout: 600_000, onWait: waits(name, log) };
  const binaries = await ensureBinaries(size, { cache: cacheFolder(), log });
  return withLock(`${paths.folder}.lock`, lock, async () => {
    const found = await readState(paths);
    if (found && found.size !== size)
      throw new SandboxError(
        `there is a sandbox named ${name} already, of size ${found.size}`,
        `choose another --name, or remove that one: npm run sandbox -- down --name ${name}`,
      );
    const wrong = found && (await whatIsWrong(paths, found));
    if (found && !wrong) return sandboxOf(paths, found, log);
    if (existsSync(paths.folder)) {
      log(
        `an earlier run of ${name} is half dead (${wrong ?? 'it broke off at its start'}): removing it first`,
      );
      await remove(paths, found, log);
    }
    if (size === 'node') await removeDeadNode(paths.folder, log);
    for (let attempt = 1; ; attempt++) {
      try {
        return await start(new StateFile(paths, newState(name, size)), binaries, FAMILIES[family], log);
      } catch (error) {
        // A port that was free may be taken between our look and the program's start.
        if (attempt === 3 || !/address already in use/.test((error as Error).message)) throw error;
        log('a port was taken meanwhile: once more, with others');
      }
    }
  });
}

/** Another sandbox's node that ended without being taken down has left its rules and its bridge on this machine. */
async function removeDeadNode(folder: string, log: (line: string) => void): Promise<void> {
  const dead = await assertNodeIsFree(folder);
  if (!dead) return;
  log(`the node in ${dead} is dead but was never taken down: removing it first`);
  const paths = pathsOf(dead);
  await remove(paths, await readState(paths), log);
}

const newState = (name: string, size: UpOptions['size']) => ({
  name,
  size,
  created: new Date().toISOString(),
  ready: false,
  server: '',
  processes: {},
});

const FAMILIES = {
  4: { address: '127.0.0.1', serviceCidr: '10.96.0.0/16', serviceAddress: '10.96.0.1' },
  6: { address: '::1', serviceCidr: 'fd00:96::/112', serviceAddress: 'fd00:96::1' },
};

async function start(
  state: StateFile,
  binaries: Binaries,
  addresses: (typeof FAMILIES)[4],
  log: (line: string) => void,
): Promise<Sandbox> {
  const { paths, value } = state;
  const began = Date.now();
  log(`bringing up ${value.name} (${value.size})`);
  await mkdir(paths.folder, { recursive: true, mode: 0o700 });
  try {
    await state.update({});
    if (value.size === 'node') {
      await startNode(state, binaries);
    } else {
      const { api } = await startControlPlane(state, binaries, addresses);
      await controllersWork(state, api);
    }
    await state.update({ ready: true });
  } catch (error) {
    const kept = `${paths.folder}.failed-logs`;
    await rm(kept, { recursive: true, force: true });
    if (existsSync(paths.logs)) await cp(paths.logs, kept, { recursive: true });
    await remove(paths, state.value, log).catch((more: unknown) => log(`cleaning up: ${String(more)}`));
    throw new Error(`bringing up ${value.name} failed: ${(error as Error).message}\n  All logs: ${kept}`, {
      cause: error,
    });
  }
  log(`${value.name} is ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return sandboxOf(paths, state.value, log);
}

function waits(name: string, log: (line: string) => void) {
  return ({ pid, what }: { pid: number; what: string }) => log(`process ${pid} is ${what}: waiting for it`);
}
