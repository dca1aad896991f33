import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { monotonic } from '../model/clock.ts';
import { forbiddenAddress } from '../model/forbidden-host.ts';
import { clusterDns } from './cluster-dns.ts';
import { gitHost } from '../model/git-url.ts';
import { kinds } from '../model/kinds.ts';
import type { Cluster } from '../cluster/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Network } from '../model/network.ts';

interface EndpointSlice extends KubeObject {
  endpoints?: { addresses?: string[] }[];
  ports?: { port?: number }[];
}

const KEPT_MS = 60_000;

/** What a preview's fences must let through, asked at most once a minute. */
export function createNetworkFacts(
  cluster: Pick<Cluster, 'list'>,
  offshoot: Network['offshoot'],
  /** URLs that previews connect to besides git's. */
  others: readonly string[],
  dnsServers: readonly string[],
) {
  const apiServer = keep(() => apiServerAddresses(cluster));
  const dns = keep(() => clusterDns(cluster, dnsServers));
  const hosts = new Map<string, () => Promise<string[]>>();
  const privateAddresses = (host: string) => {
    const known = hosts.get(host) ?? keep((before: string[] = []) => resolvePrivate(host, before));
    hosts.set(host, known);
    return known();
  };
  return async (gitUrl: string): Promise<Network> => ({
    apiServer: await apiServer(),
    dns: await dns(),
    allowed: [
      ...new Set(
        (await Promise.all([gitUrl, ...others].map((url) => privateAddresses(gitHost(url))))).flat(),
      ),
    ].sort(),
    offshoot,
  });
}

function keep<T>(read: (before: T | undefined) => Promise<T>): () => Promise<T> {
  let kept: { until: number; value: T } | undefined;
  return async () => {
    if (!kept || monotonic() > kept.until)
      kept = { value: await read(kept?.value), until: monotonic() + KEPT_MS };
    return kept.value;
  };
}

async function apiServerAddresses(cluster: Pick<Cluster, 'list'>) {
  const { items } = await cluster.list<EndpointSlice>(kinds.EndpointSlice, {
    namespace: 'default',
    labelSelector: 'kubernetes.io/service-name=kubernetes',
  });
  return items
    .flatMap(({ endpoints, ports }) =>
      (endpoints ?? []).flatMap(({ addresses }) =>
        (addresses ?? []).flatMap((address) =>
          (ports ?? []).map(({ port }) => ({ address, port: port ?? 443 })),
        ),
      ),
    )
    .sort((one, other) => one.address.localeCompare(other.address));
}

/**
 * Public addresses are open anyway; only private ones need a hole. A name that does not resolve gets none: git will say so. Nor does one
 * that resolves to the cloud's metadata address.
 */
async function resolvePrivate(host: string, before: readonly string[]): Promise<string[]> {
  const addresses = isIP(host)
    ? [host]
    : await lookup(host, { all: true }).then(
        (all) => all.map(({ address }) => address),
        // A name server that does not answer is no reason to close what is open.
        (error: NodeJS.ErrnoException) => (error.code === 'ENOTFOUND' ? [] : before),
      );
  return addresses
    .filter((address) => ipaddr.parse(address).range() !== 'unicast' && !forbiddenAddress(address))
    .sort();
}
