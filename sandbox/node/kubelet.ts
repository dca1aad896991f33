import { join } from 'node:path';
import { writeAtomically } from '../base/atomic-file.ts';
import type { Program } from '../cluster/start-process.ts';
import type { Paths } from '../cluster/state.ts';
import type { Certificate } from '../cluster/pki.ts';
import { containerdSocket } from './containerd.ts';
import type { NodeNetwork } from './network.ts';

export interface KubeletOptions {
  file: string;
  nodeName: string;
  kubeconfig: string;
  clientCa: string;
  serving: Certificate;
  port: number;
  network: NodeNetwork;
  cgroup: string;
  resolvConf: string;
}

export async function kubelet(paths: Paths, options: KubeletOptions): Promise<Program> {
  const { file, nodeName, kubeconfig, clientCa, serving, port, network, cgroup, resolvConf } = options;
  const config = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: network.hostAddress,
    port,
    healthzPort: 0,
    readOnlyPort: 0,
    tlsCertFile: serving.cert,
    tlsPrivateKeyFile: serving.key,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: clientCa },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: 'cgroupfs', // there may be no systemd
    cgroupRoot: cgroup,
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [network.dnsAddress],
    clusterDomain: 'cluster.local',
    resolvConf,
    maxPods: 250,
    // Pods start and end as fast as the machine can: no queueing in the client, for images or for events.
    serializeImagePulls: false,
    registryPullQPS: 0,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    eventRecordQPS: 0,
    syncFrequency: '10s',
    // A pod that writes more than it may is found out soon, not after a minute.
    volumeStatsAggPeriod: '10s',
    // Images are not collected: they cannot be pulled again where no registry answers.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  };
  const path = join(paths.config, 'kubelet.json');
  await writeAtomically(path, JSON.stringify(config, null, 2));
  const args = [
    `--config=${path}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${network.hostAddress}`,
  ];
  return { name: 'kubelet', file, args };
}
