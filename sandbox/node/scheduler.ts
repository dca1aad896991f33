import type { Program } from '../cluster/start-process.ts';

export function scheduler(file: string, kubeconfig: string): Program {
  const args = [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false', // there is only one
    '--secure-port=0',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
  return { name: 'kube-scheduler', file, args };
}
