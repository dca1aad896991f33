import { join } from 'node:path';
import { writeAtomically } from '../base/atomic-file.ts';
import type { Program } from '../cluster/start-process.ts';
import type { Paths } from '../cluster/state.ts';
import type { NodeNetwork } from './network.ts';

export async function kubeProxy(
  paths: Paths,
  options: {
    file: string;
    nodeName: string;
    kubeconfig: string;
    ports: readonly [number, number];
    network: NodeNetwork;
  },
): Promise<Program> {
  const { file, nodeName, kubeconfig, ports, network } = options;
  const config = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clientConnection: { kubeconfig, qps: 100, burst: 200 },
    hostnameOverride: nodeName,
    healthzBindAddress: `127.0.0.1:${ports[0]}`,
    metricsBindAddress: `127.0.0.1:${ports[1]}`,
    clusterCIDR: network.podCidr,
    nodePortAddresses: ['primary'], // the bridge: not the outside world
    // A Service's pods are reachable 0.1 s after they are ready; 1 s is the default.
    iptables: { minSyncPeriod: '100ms', syncPeriod: '1m', localhostNodePorts: false },
    // 0 leaves this machine's own settings alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    oomScoreAdj: 0,
  };
  const path = join(paths.config, 'kube-proxy.json');
  await writeAtomically(path, JSON.stringify(config, null, 2));
  return { name: 'kube-proxy', file, args: [`--config=${path}`] };
}
