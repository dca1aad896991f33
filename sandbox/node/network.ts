import { readFile } from 'node:fs/promises';
import ipaddr from 'ipaddr.js';
import { SandboxError } from '../base/sandbox-error.ts';
import { run } from '../base/run.ts';

export interface NodeNetwork {
  bridge: string;
  podCidr: string;
  serviceCidr: string;
  /** This machine's address on the bridge: the pods' gateway. */
  hostAddress: string;
  /** ClusterIP of the API server's Service. */
  serviceAddress: string;
  /** ClusterIP of the cluster's DNS. */
  dnsAddress: string;
}

/** A /22 holds 1,021 pods: addresses are not used again at once, which keeps connections to dead pods apart. */
const podNets = [244, 245, 246, 247, 248, 249].map((net) => `10.${net}.0.0/22`).concat('172.29.0.0/22');
const serviceNets = [96, 97, 98, 99, 100].map((net) => `10.${net}.0.0/16`).concat('172.28.0.0/16');

function overlap(a: string, b: string): boolean {
  const [first, firstBits] = ipaddr.IPv4.parseCIDR(a);
  const [second, secondBits] = ipaddr.IPv4.parseCIDR(b);
  const bits = Math.min(firstBits, secondBits);
  return first.match(second, bits);
}

/** The first nets that touch nothing of `used` (CIDRs of this machine's addresses, routes and name servers). */
export function chooseNetwork(used: readonly string[], bridge = 'offshoot0'): NodeNetwork {
  const free = (nets: readonly string[]) => nets.find((net) => !used.some((taken) => overlap(net, taken)));
  const podCidr = free(podNets);
  const serviceCidr = free(serviceNets);
  if (!podCidr || !serviceCidr)
    throw new SandboxError(
      `no free network for ${podCidr ? 'services' : 'pods'}: all of ${(podCidr ? serviceNets : podNets).join(', ')} are in use here`,
      'remove an unused route or interface (see: ip route; ip address), for example of a VPN',
    );
  const host = (cidr: string, last: number) => cidr.replace(/\d+\/\d+$/, String(last));
  return {
    bridge,
    podCidr,
    serviceCidr,
    hostAddress: host(podCidr, 1),
    serviceAddress: host(serviceCidr, 1),
    dnsAddress: host(serviceCidr, 10),
  };
}

interface IpAddress {
  addr_info?: { family: string; local?: string; prefixlen?: number }[];
}
interface IpRoute {
  dst?: string;
}

/** Everything of IPv4 that this machine has or can reach by a route of its own, as CIDRs. */
export async function usedNetworks(): Promise<string[]> {
  const [addresses, routes, resolv] = await Promise.all([
    run('ip', ['-j', 'address']).then((text) => JSON.parse(text) as IpAddress[]),
    run('ip', ['-j', '-4', 'route', 'show', 'table', 'all']).then(
      (text) => JSON.parse(text || '[]') as IpRoute[],
    ),
    readFile('/etc/resolv.conf', 'utf8').catch(() => ''),
  ]);
  const own = addresses
    .flatMap(({ addr_info = [] }) => addr_info)
    .filter(({ family }) => family === 'inet')
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  const routed = routes.map(({ dst = 'default' }) => (dst.includes('/') ? dst : `${dst}/32`));
  const servers = [...resolv.matchAll(/^nameserver\s+([\d.]+)\s*$/gm)].map(([, address]) => `${address}/32`);
  return [...own, ...routed, ...servers].filter(
    (cidr) => ipaddr.IPv4.isValidCIDR(cidr) && cidr !== '0.0.0.0/0',
  );
}
