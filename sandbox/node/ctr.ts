import { run } from '../base/run.ts';
import type { SandboxState } from '../cluster/state.ts';
import { containerdSocket } from './containerd.ts';
import { inside } from './mount-namespace.ts';

export type Ctr = (...args: string[]) => Promise<string>;

/** containerd's own client, inside the node, in the namespace that kubelet's images and containers are in. */
export const ctrOf =
  (state: SandboxState): Ctr =>
  (...args) =>
    run('nsenter', inside(state, 'ctr', ['--address', containerdSocket, '--namespace', 'k8s.io', ...args]));

const lines = (text: string) => text.split('\n').filter(Boolean);

export const imageNames = async (ctr: Ctr) => lines(await ctr('images', 'list', '--quiet'));

/** Removes containers that no process belongs to any more: containerd's content outlives the sandbox. Tells how many. */
export async function removeContainers(ctr: Ctr): Promise<number> {
  const containers = lines(await ctr('containers', 'list', '--quiet'));
  if (containers.length > 0) await ctr('containers', 'delete', ...containers);
  return containers.length;
}
