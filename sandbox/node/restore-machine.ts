import type { Paths, SandboxState } from '../cluster/state.ts';
import { removeBridge } from './bridge.ts';
import { removeCgroups } from './cgroups.ts';
import { closeFirewall } from './firewall.ts';
import { removeFolders } from './mount-namespace.ts';
import { releaseNode } from './node-record.ts';
import { restoreSysctls } from './sysctls.ts';

/** Undoes `prepareMachine`, as far as it came; the node's processes have ended, and their mounts with them. */
export async function restoreMachine({ folder }: Paths, state: SandboxState): Promise<void> {
  const { network, cgroup, sysctls, chainsBefore, madeFolders } = state;
  if (network) await removeBridge(network);
  if (chainsBefore) await closeFirewall(chainsBefore);
  if (cgroup) await removeCgroups(cgroup);
  if (sysctls) await restoreSysctls(sysctls);
  if (madeFolders) await removeFolders(madeFolders);
  await releaseNode(folder);
}
