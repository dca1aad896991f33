import type { StateFile } from '../cluster/state.ts';
import { makeBridge, nextBridge } from './bridge.ts';
import { makeCgroups } from './cgroups.ts';
import { chains, openFirewall } from './firewall.ts';
import { foldersToMake, makeMountNamespace } from './mount-namespace.ts';
import type { NodeNetwork } from './network.ts';
import { chooseNetwork, usedNetworks } from './network.ts';
import { claimNode } from './node-record.ts';
import { readSysctls, setSysctls } from './sysctls.ts';

/** Changes of this machine what a node needs changed; how it was before is written down first, for `restoreMachine`. */
export async function prepareMachine(state: StateFile): Promise<NodeNetwork> {
  const { name, created } = state.value;
  const { folder } = state.paths;
  const network = chooseNetwork(await usedNetworks(), await nextBridge());
  await state.update({
    network,
    cgroup: `/offshoot-${name}`,
    sysctls: await readSysctls(),
    chainsBefore: await chains(),
    madeFolders: foldersToMake(),
  });
  await makeMountNamespace(state);
  await claimNode({ name, folder, since: created, holder: state.value.processes.mounts! });
  await setSysctls();
  await makeCgroups(state.value.cgroup!);
  await makeBridge(network);
  await openFirewall(network);
  return network;
}
