import { join } from 'node:path';
import type { Sandbox } from './api.ts';
import { withLock } from './base/file-lock.ts';
import { cacheFolder } from './base/folders.ts';
import { SandboxError } from './base/sandbox-error.ts';
import { ensureBinaries } from './build/ensure-binaries.ts';
import { issueKubeconfig, userKey } from './cluster/cluster-pki.ts';
import type { Paths, SandboxState } from './cluster/state.ts';
import { addImages } from './node/images/add-images.ts';
import { addOffshootImage } from './node/images/add-offshoot-image.ts';
import { down } from './down.ts';

/** The handle on a sandbox that is up. */
export async function sandboxOf(
  paths: Paths,
  state: SandboxState,
  log: (line: string) => void,
): Promise<Sandbox> {
  const { name, size, server } = state;
  const { kubectl } = await ensureBinaries(size, { cache: cacheFolder(), log });
  return {
    name,
    size,
    server,
    kubeconfig: paths.kubeconfig,
    auditLog: paths.auditLog,
    kubectl: kubectl!,
    hostAddress: state.network?.hostAddress,
    issueKubeconfig: (user, groups = []) => {
      const path = join(paths.folder, 'users', `${userKey(user, groups)}.kubeconfig`);
      const lock = { what: `issuing a certificate for ${user}`, timeout: 30_000 };
      return withLock(join(paths.folder, 'pki.lock'), lock, () =>
        issueKubeconfig(paths, { name, server, path, user, groups }),
      );
    },
    addImages: (names) => {
      if (size === 'node') return addImages(paths, names, log);
      throw runsNoPods(name);
    },
    addOffshootImage: () => {
      if (size === 'node') return addOffshootImage(paths, log);
      throw runsNoPods(name);
    },
    down: () => down({ name, log }),
  };
}

const runsNoPods = (name: string) =>
  new SandboxError(`${name} is a control plane: it runs no pods, so it needs no images`, 'use the size node');
