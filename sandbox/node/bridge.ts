import { run, tryRun } from '../base/run.ts';
import type { NodeNetwork } from './network.ts';

/** Makes the bridge that pods hang on before there are any: API server and name server listen on its address. */
export async function makeBridge({ bridge, hostAddress, podCidr, serviceCidr }: NodeNetwork): Promise<void> {
  await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await run('ip', ['address', 'add', `${hostAddress}/${podCidr.split('/')[1]}`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
  // Without a route this machine would look for ClusterIPs at its default gateway, or nowhere when it has none.
  await run('ip', ['route', 'add', serviceCidr, 'dev', bridge, 'src', hostAddress]);
}

/** Removes the bridge; its routes and the pods' ends of it go with it. */
export async function removeBridge({ bridge }: NodeNetwork): Promise<void> {
  interface Link {
    ifname: string;
  }
  const ports = await tryRun('ip', ['-j', 'link', 'show', 'master', bridge]);
  const links = (ports.code === 0 ? (JSON.parse(ports.stdout || '[]') as Link[]) : []).map(
    ({ ifname }) => ifname,
  );
  for (const link of [...links.filter(Boolean), bridge]) await tryRun('ip', ['link', 'delete', link]);
}

/** A name for the bridge that nothing here has. */
export async function nextBridge(): Promise<string> {
  for (let number = 0; ; number++) {
    const name = `offshoot${number}`;
    if ((await tryRun('ip', ['link', 'show', name])).code !== 0) return name;
  }
}
