import { join } from 'node:path';
import { writeAtomically } from '../base/atomic-file.ts';
import type { ClusterPki } from './cluster-pki.ts';
import type { Paths } from './state.ts';
import type { Program } from './start-process.ts';

export interface ApiServerOptions {
  file: string;
  paths: Paths;
  pki: ClusterPki;
  etcd: string;
  address: string;
  port: number;
  serviceCidr: string;
  /** Whether pods reach the API server: only then is its address published inside the cluster. */
  publish: boolean;
}

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

export async function apiServer(options: ApiServerOptions): Promise<Program> {
  const { file, paths, pki, etcd, address, port, serviceCidr, publish } = options;
  const policy = join(paths.config, 'audit-policy.json');
  await writeAtomically(policy, JSON.stringify(auditPolicy));
  const args = [
    `--etcd-servers=${etcd}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${port}`,
    `--endpoint-reconciler-type=${publish ? 'lease' : 'none'}`,
    `--service-cluster-ip-range=${serviceCidr}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--client-ca-file=${pki.ca.cert}`,
    `--tls-cert-file=${pki.apiServer.cert}`,
    `--tls-private-key-file=${pki.apiServer.key}`,
    `--service-account-key-file=${pki.serviceAccounts.publicKey}`,
    `--service-account-signing-key-file=${pki.serviceAccounts.key}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--requestheader-client-ca-file=${pki.frontProxyCa.cert}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${pki.frontProxy.cert}`,
    `--proxy-client-key-file=${pki.frontProxy.key}`,
    `--kubelet-client-certificate=${pki.kubeletClient.cert}`,
    `--kubelet-client-key=${pki.kubeletClient.key}`,
    `--kubelet-certificate-authority=${pki.ca.cert}`,
    '--kubelet-preferred-address-types=InternalIP', // the node's host name need not resolve
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${paths.auditLog}`,
    '--audit-log-maxsize=4096', // MiB; a log that rotates away cannot be counted
    '--profiling=false',
  ];
  return { name: 'kube-apiserver', file, args };
}
