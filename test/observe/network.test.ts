import { expect, test } from 'vitest';
import { createNetworkFacts } from '../../src/observe/network.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { KubeObject } from '../../src/model/object.ts';

const slice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: 'kubernetes',
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'kubernetes' },
  },
  endpoints: [{ addresses: ['172.16.0.9'] }, { addresses: ['172.16.0.10'] }],
  ports: [{ port: 6443 }],
};
const facts = (other?: string, offshoot?: { namespace: string; webhookPort: number }) =>
  createNetworkFacts(aCluster([slice]).cluster, offshoot, other === undefined ? [] : [other], []);

test('the API server is known by its endpoints, in a stable order', async () => {
  expect((await facts()('https://192.0.2.1/x.git')).apiServer).toEqual([
    { address: '172.16.0.10', port: 6443 },
    { address: '172.16.0.9', port: 6443 },
  ]);
});

test.each([
  ['http://10.89.0.1:3000/dags.git', ['10.89.0.1']],
  ['ssh://git@[fd00::1]:2222/dags.git', ['fd00::1']],
  ['git@192.168.1.5:dags.git', ['192.168.1.5']],
  ['https://169.254.169.254/dags.git', []], // F19
  ['https://8.8.8.8/dags.git', []],
  ['https://[2606:4700::1]/dags.git', []],
  ['https://git.invalid/dags.git', []],
])(
  'the fence has a hole for %s at %j: only private addresses need one, and none but those get it',
  async (url, allowed) => {
    expect((await facts()(url)).allowed).toEqual(allowed);
  },
);

test('where git-sync tells the commit has a hole as well, each address once', async () => {
  expect((await facts('http://10.89.0.1:8080')('http://10.89.0.1/x')).allowed).toEqual(['10.89.0.1']);
  expect((await facts('http://10.89.0.2')('http://10.89.0.1/x')).allowed).toEqual(['10.89.0.1', '10.89.0.2']);
});

test('where Offshoot’s own pods are is handed on', async () => {
  const offshoot = { namespace: 'offshoot', webhookPort: 8080 };
  expect((await facts(undefined, offshoot)('https://8.8.8.8/x')).offshoot).toEqual(offshoot);
});

const aService = (name: string, spec: object, labels = {}, namespace = 'kube-system') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels },
  spec,
});

test.each<[string, KubeObject[], string[], string[]]>([
  ['by name', [aService('kube-dns', { clusterIP: '10.96.0.10' })], [], ['10.96.0.10']],
  [
    'by label, both families',
    [aService('rke2-coredns', { clusterIPs: ['10.43.0.10', 'fd00::a'] }, { 'k8s-app': 'kube-dns' })],
    [],
    ['10.43.0.10', 'fd00::a'],
  ],
  [
    'and what a pod is given',
    [aService('kube-dns', { clusterIP: '10.96.0.10' })],
    ['169.254.20.10', '10.96.0.10', 'fe80::1%eth0', '127.0.0.1:5353'],
    ['10.96.0.10', '169.254.20.10'],
  ],
  [
    'not other Services, elsewhere, or without an address',
    [
      aService('metrics', { clusterIP: '10.96.0.11' }),
      aService('kube-dns', { clusterIP: '10.96.0.12' }, {}, 'team'),
      aService('kube-dns-headless', { clusterIP: 'None' }, { 'k8s-app': 'kube-dns' }),
    ],
    [],
    [],
  ],
])('the cluster’s DNS is known %s', async (_title, services, servers, dns) => {
  const network = createNetworkFacts(aCluster([slice, ...services]).cluster, undefined, [], servers);
  expect((await network('https://8.8.8.8/x')).dns).toEqual(dns);
});
