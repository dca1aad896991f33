import { isIP } from 'node:net';
import { kinds } from '../model/kinds.ts';
import type { Cluster } from '../cluster/api.ts';
import type { KubeObject } from '../model/object.ts';

interface Service extends KubeObject {
  spec?: { clusterIP?: string; clusterIPs?: string[] };
}

const NAME = 'kube-dns';

/**
 * Where pods ask for names: the cluster's DNS Service, by the name and label that Kubernetes asks for, and whatever else is known, such as
 * what a pod of our own was given (a cache on its node, often).
 */
export async function clusterDns(
  cluster: Pick<Cluster, 'list'>,
  known: readonly string[],
): Promise<string[]> {
  const { items } = await cluster.list<Service>(kinds.Service, { namespace: 'kube-system' });
  const services = items
    .filter(({ metadata }) => metadata.name === NAME || metadata.labels?.['k8s-app'] === NAME)
    .flatMap(({ spec }) => spec?.clusterIPs ?? [spec?.clusterIP ?? '']);
  return [...new Set([...services, ...known])]
    .filter((address) => isIP(address) > 0 && !address.includes('%'))
    .sort();
}
