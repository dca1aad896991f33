import { join } from 'node:path';
import { writeAtomically } from '../base/atomic-file.ts';
import type { Paths } from '../cluster/state.ts';
import { cniConfigFolder } from './containerd.ts';
import type { NodeNetwork } from './network.ts';

/** Tells containerd how pods get their network: an address of the pods' range, on our bridge. */
export async function writeCniConfig(
  paths: Paths,
  { bridge, podCidr, hostAddress }: NodeNetwork,
): Promise<void> {
  const config = {
    cniVersion: '1.0.0',
    name: 'offshoot-sandbox',
    plugins: [
      {
        type: 'bridge',
        bridge,
        isGateway: true,
        hairpinMode: true, // a pod may reach itself by its Service
        ipam: {
          type: 'host-local',
          dataDir: join(paths.folder, 'addresses'),
          ranges: [[{ subnet: podCidr, gateway: hostAddress }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
  await writeAtomically(
    join(cniConfigFolder(paths), '10-offshoot.conflist'),
    JSON.stringify(config, null, 2),
  );
}
