import { join } from 'node:path';
import { freePorts } from '../base/free-port.ts';
import { waitFor } from '../base/wait.ts';
import type { Binaries } from '../build/ensure-binaries.ts';
import type { ApiClient } from './api-client.ts';
import { apiClient } from './api-client.ts';
import { apiServer } from './api-server.ts';
import type { ClusterPki } from './cluster-pki.ts';
import { clusterPki } from './cluster-pki.ts';
import { controllerManager } from './controller-manager.ts';
import { etcd } from './etcd.ts';
import { assertAllRun, startProcess, tail } from './start-process.ts';
import type { StateFile } from './state.ts';

export interface ControlPlane {
  pki: ClusterPki;
  api: ApiClient;
}

/** Starts etcd, API server and controller manager and returns once the API server is ready to be used. */
export async function startControlPlane(
  state: StateFile,
  binaries: Binaries,
  { address, serviceCidr, serviceAddress }: { address: string; serviceCidr: string; serviceAddress: string },
): Promise<ControlPlane> {
  const { paths, value } = state;
  const [client, peer, secure] = await Promise.all([freePorts(2), freePorts(1, address)]).then((ports) =>
    ports.flat(),
  );
  const server = `https://${address.includes(':') ? `[${address}]` : address}:${secure}`;
  await state.update({ server });
  const pki = await clusterPki(paths, {
    name: value.name,
    server,
    addresses: [...new Set(['127.0.0.1', address, serviceAddress])],
  });
  const manager = join(paths.config, 'controller-manager.kubeconfig');
  await Promise.all([
    pki.kubeconfig(paths.kubeconfig, 'kubernetes-admin', ['system:masters']),
    pki.kubeconfig(manager, 'system:kube-controller-manager'),
  ]);
  const urls = { client: `http://127.0.0.1:${client}`, peer: `http://127.0.0.1:${peer}` };
  await startProcess(state, etcd(binaries.etcd!, { folder: paths.etcd, ...urls }));
  const program = await apiServer({
    file: binaries['kube-apiserver']!,
    paths,
    pki,
    etcd: urls.client,
    address,
    port: secure!,
    serviceCidr,
    publish: value.size === 'node',
  });
  await startProcess(state, program);
  const api = await apiClient(paths.kubeconfig);
  const ready = async () => {
    assertAllRun(state);
    return (await api('GET', '/readyz')).status === 200;
  };
  if (!(await waitFor(ready, { timeout: 60_000, interval: 50 })))
    throw new Error(
      `the API server is not ready after 60 s:\n${tail(join(paths.logs, 'kube-apiserver.log'))}`,
    );
  await startProcess(
    state,
    controllerManager(binaries['kube-controller-manager']!, { kubeconfig: manager, pki }),
  );
  return { pki, api };
}

/** Returns once pods could be made: the controller manager has given the first namespace its ServiceAccount. */
export async function controllersWork(state: StateFile, api: ApiClient): Promise<void> {
  const made = async () => {
    assertAllRun(state);
    return (await api('GET', '/api/v1/namespaces/default/serviceaccounts/default')).status === 200;
  };
  if (!(await waitFor(made, { timeout: 60_000, interval: 50 })))
    throw new Error(
      `no ServiceAccount in namespace default after 60 s:\n${tail(join(state.paths.logs, 'kube-controller-manager.log'))}`,
    );
}
