import { existsSync } from 'node:fs';
import { isAlive, recordOf } from '../base/process-identity.ts';
import { stopProcess } from '../base/stop-process.ts';
import { waitFor } from '../base/wait.ts';
import { markedProcesses } from '../cluster/marked-processes.ts';
import type { Paths, SandboxState } from '../cluster/state.ts';
import { stopControlPlane } from '../cluster/stop-control-plane.ts';
import { processesIn } from './cgroups.ts';
import { ctrOf, removeContainers } from './ctr.ts';
import { deletePods } from './delete-pods.ts';
import { restoreMachine } from './restore-machine.ts';

/** Ends a node in the order in which its parts need each other; any of them may have ended before. */
export async function stopNode(
  paths: Paths,
  state: SandboxState,
  log: (line: string) => void,
): Promise<void> {
  const { processes } = state;
  const alive = (name: string) => processes[name] !== undefined && isAlive(processes[name]);
  const stop = async (name: string, grace: number) => {
    if (processes[name]) await stopProcess(processes[name], grace);
  };
  // Nothing may make new pods while the old ones go.
  await Promise.all([stop('kube-controller-manager', 0), stop('kube-scheduler', 0)]);
  const orderly =
    ['etcd', 'kube-apiserver', 'kubelet', 'containerd'].every(alive) && existsSync(paths.kubeconfig);
  if (orderly) await deletePods(paths.kubeconfig, log);
  else log('the node is half dead: ending its pods by force');
  await Promise.all([stop('kubelet', 2_000), stop('kube-proxy', 2_000)]);
  if (state.cgroup) await endAllIn(state.cgroup);
  if (alive('containerd')) await forgetContainers(state, log);
  await stop('containerd', 5_000);
  for (const record of await shims(paths, state)) await stopProcess(record, 0);
  await stop('mounts', 0); // the last in the node's mount namespace: all its mounts go now
  await restoreMachine(paths, state);
  await stopControlPlane(paths, state);
}

/** Ends every process in the pods' cgroups; a dying one may leave children that only then show up. */
async function endAllIn(cgroup: string): Promise<void> {
  await waitFor(
    async () => {
      const pids = await processesIn(cgroup);
      for (const record of pids.map(recordOf)) if (record) await stopProcess(record, 0);
      return pids.length === 0;
    },
    { timeout: 20_000, interval: 50 },
  );
}

/** containerd's content is kept, but not the traces of containers in it. */
async function forgetContainers(state: SandboxState, log: (line: string) => void): Promise<void> {
  try {
    await removeContainers(ctrOf(state));
  } catch (error) {
    log(`containers are forgotten at the next start: ${(error as Error).message}`);
  }
}

/** What still runs of the node and was not recorded: containerd's shims. */
async function shims(paths: Paths, state: SandboxState) {
  const later = ['mounts', 'kube-apiserver', 'etcd'].map((name) => state.processes[name]?.pid);
  return (await markedProcesses(paths.folder)).filter(({ pid }) => !later.includes(pid));
}
