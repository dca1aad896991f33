import type { ClusterPki } from './cluster-pki.ts';
import type { Program } from './start-process.ts';

export function controllerManager(
  file: string,
  { kubeconfig, pki }: { kubeconfig: string; pki: ClusterPki },
): Program {
  const args = [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false', // there is only one
    '--secure-port=0',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${pki.serviceAccounts.key}`,
    `--root-ca-file=${pki.ca.cert}`,
    `--cluster-signing-cert-file=${pki.ca.cert}`,
    `--cluster-signing-key-file=${pki.ca.key}`,
    // Namespaces come and go all the time here: many at once, and no queueing in the client.
    '--concurrent-namespace-syncs=20',
    '--concurrent-gc-syncs=40',
    '--kube-api-qps=400',
    '--kube-api-burst=800',
    '--profiling=false',
  ];
  return { name: 'kube-controller-manager', file, args };
}
