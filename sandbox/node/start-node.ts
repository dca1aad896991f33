import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { freePorts } from '../base/free-port.ts';
import { run } from '../base/run.ts';
import { waitFor } from '../base/wait.ts';
import type { Binaries } from '../build/ensure-binaries.ts';
import type { ApiClient } from '../cluster/api-client.ts';
import { nodeIsReady } from '../cluster/health.ts';
import { certificates, subject } from '../cluster/pki.ts';
import type { ControlPlane } from '../cluster/start-control-plane.ts';
import { controllersWork, startControlPlane } from '../cluster/start-control-plane.ts';
import { assertAllRun, startProcess } from '../cluster/start-process.ts';
import type { StateFile } from '../cluster/state.ts';
import { dnsObjects } from './dns.ts';
import { ownImage } from './images/own-images.ts';
import { kubeProxy } from './kube-proxy.ts';
import { kubelet } from './kubelet.ts';
import { insideProgram } from './mount-namespace.ts';
import { prepareMachine } from './prepare-machine.ts';
import { writeResolvConf } from './resolv-conf.ts';
import { scheduler } from './scheduler.ts';
import { startContainerd } from './start-containerd.ts';

/** Starts a whole cluster of one node and returns once pods run and find each other by name. */
export async function startNode(state: StateFile, binaries: Binaries): Promise<void> {
  const network = await prepareMachine(state);
  const [controlPlane] = await Promise.all([
    startControlPlane(state, binaries, {
      address: network.hostAddress,
      serviceCidr: network.serviceCidr,
      serviceAddress: network.serviceAddress,
    }),
    startContainerd(state, binaries),
  ]);
  const resolv = await writeResolvConf(state.paths);
  await startWorkers(state, binaries, controlPlane, resolv.path);
  const objects = join(state.paths.config, 'dns.json');
  await writeFile(
    objects,
    JSON.stringify(dnsObjects(ownImage(binaries, 'coredns'), network, resolv.upstream)),
  );
  await run(binaries.kubectl!, ['--kubeconfig', state.paths.kubeconfig, 'apply', '-f', objects]);
  await controllersWork(state, controlPlane.api);
  await podsWork(state, controlPlane.api);
}

async function startWorkers(
  state: StateFile,
  binaries: Binaries,
  { pki }: ControlPlane,
  resolvConf: string,
): Promise<void> {
  const { paths } = state;
  const network = state.value.network!;
  const nodeName = state.value.name;
  const file = (name: string) => join(paths.config, `${name}.kubeconfig`);
  const [nodeUser, proxyUser, schedulerUser, serving, ports, [port]] = await Promise.all([
    pki.kubeconfig(file('kubelet'), `system:node:${nodeName}`, ['system:nodes']),
    pki.kubeconfig(file('kube-proxy'), 'system:kube-proxy'),
    pki.kubeconfig(file('kube-scheduler'), 'system:kube-scheduler'),
    certificates(paths.pki).signed('kubelet-serving', {
      by: pki.ca,
      subj: subject(`system:node:${nodeName}`, ['system:nodes']),
      names: [`IP:${network.hostAddress}`],
    }),
    freePorts(2),
    freePorts(1, network.hostAddress),
  ]);
  const proxy = await kubeProxy(paths, {
    file: binaries['kube-proxy']!,
    nodeName,
    kubeconfig: proxyUser,
    ports: [ports[0]!, ports[1]!],
    network,
  });
  const worker = await kubelet(paths, {
    file: binaries.kubelet!,
    nodeName,
    kubeconfig: nodeUser,
    clientCa: pki.ca.cert,
    serving,
    port: port!,
    network,
    cgroup: state.value.cgroup!,
    resolvConf,
  });
  await startProcess(state, scheduler(binaries['kube-scheduler']!, schedulerUser));
  await startProcess(state, insideProgram(state.value, worker));
  await startProcess(state, insideProgram(state.value, proxy));
}

interface Deployment {
  status?: { readyReplicas?: number };
}

/** Returns once the node is Ready and the first pod of the cluster, its DNS, is too. */
async function podsWork(state: StateFile, api: ApiClient): Promise<void> {
  const ready = async () => {
    assertAllRun(state);
    const dns = await api('GET', '/apis/apps/v1/namespaces/kube-system/deployments/coredns');
    if (dns.status !== 200 || !(JSON.parse(dns.body) as Deployment).status?.readyReplicas) return false;
    return nodeIsReady((await api('GET', '/api/v1/nodes')).body);
  };
  if (await waitFor(ready, { timeout: 90_000, interval: 100 })) return;
  const { body } = await api('GET', '/api/v1/namespaces/kube-system/events');
  interface Events {
    items?: { message?: string }[];
  }
  const said = ((JSON.parse(body || '{}') as Events).items ?? []).slice(-5).map(({ message }) => message);
  throw new Error(`the cluster's DNS pod is not ready after 90 s; the last events:\n  ${said.join('\n  ')}`);
}
