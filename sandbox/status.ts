import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxStatus } from './api.ts';
import { stateFolder } from './base/folders.ts';
import { whatIsWrong } from './cluster/health.ts';
import { pathsOf, readState } from './cluster/state.ts';

/** All sandboxes of this user, or the one of that name, and how they are. */
export async function status({ name }: { name?: string } = {}): Promise<SandboxStatus[]> {
  const folder = stateFolder();
  const names = name === undefined ? await readdir(folder).catch(() => []) : [name];
  const all = await Promise.all(
    names.map(async (one) => {
      const paths = pathsOf(join(folder, one));
      const state = await readState(paths).catch(() => undefined);
      if (!state) return [];
      const wrong = await whatIsWrong(paths, state);
      const { size, created, server } = state;
      return [{ name: state.name, size, created, server, kubeconfig: paths.kubeconfig, wrong }];
    }),
  );
  return all.flat();
}
