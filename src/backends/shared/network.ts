import { label } from '../../model/labels.ts';
import { meta, selector } from './meta.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';
import type { Network } from '../../model/network.ts';

/** Closed unless a DagRepository opens them: private ranges, carrier-grade NAT, link-local with the cloud's metadata address. */
const PRIVATE_V4 = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
];
const PRIVATE_V6 = ['::1/128', 'fc00::/7', 'fe80::/10'];
/** Clouds hand out a node's credentials there. */
const METADATA_V4 = ['169.254.169.254/32'];
const METADATA_V6 = ['fd00:ec2::254/128'];

/** In: the own namespace. Out: DNS, the own namespace, the API server, the git host, Offshoot's webhooks, public addresses. */
export function isolation({ network, ...design }: Design): KubeObject {
  const apiServer = network.apiServer.map(({ address, port }) => ({
    to: [block(hostCidr(address))],
    ports: [{ protocol: 'TCP', port }],
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta({ network, ...design }, 'isolation', 'network'),
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [
        { to: [{ podSelector: {} }] },
        dns(network.dns),
        ...apiServer,
        // By labels: most network plugins see a Service's pods, not its address.
        ...(network.offshoot
          ? [
              {
                to: [operator(network.offshoot)],
                ports: [{ protocol: 'TCP', port: network.offshoot.webhookPort }],
              },
            ]
          : []),
        ...(network.allowed.length
          ? [{ to: network.allowed.map((address) => block(hostCidr(address))) }]
          : []),
        { to: [block('0.0.0.0/0', PRIVATE_V4), block('::/0', PRIVATE_V6)] },
      ],
    },
  };
}

/**
 * The cluster's DNS and no other: its pods, for network plugins that see where a Service leads (to a node's own cache, where there is one),
 * and its addresses for the others. Those of OpenShift listen on 5353. Where no address is known, as from outside of an unusual cluster, any may be it but the cloud's metadata.
 */
function dns(addresses: readonly string[]) {
  const pods = (namespace: string, matchLabels: Record<string, string>) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels },
  });
  return {
    to: [
      pods('kube-system', { 'k8s-app': 'kube-dns' }),
      pods('kube-system', { 'k8s-app': 'node-local-dns' }),
      pods('openshift-dns', { 'dns.operator.openshift.io/daemonset-dns': 'default' }),
      ...(addresses.length
        ? addresses.map((address) => block(hostCidr(address)))
        : [block('0.0.0.0/0', METADATA_V4), block('::/0', METADATA_V6)]),
    ],
    ports: [53, 5353].flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ protocol, port }))),
  };
}

/** The gateway reaches the API server of this preview, and nothing else of it. Traffic from the node itself is always let in by Kubernetes. */
export function gatewayAccess(design: Design): KubeObject | undefined {
  const { offshoot } = design.network;
  if (!offshoot) return undefined;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta(design, 'gateway', 'network'),
    spec: {
      podSelector: { matchLabels: selector('airflow') },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [operator(offshoot)],
          ports: [{ protocol: 'TCP', port: 8080 }],
        },
      ],
    },
  };
}

const operator = ({ namespace }: NonNullable<Network['offshoot']>) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: { [label.role]: 'operator' } },
});

const block = (cidr: string, except?: string[]) => ({ ipBlock: { cidr, ...(except && { except }) } });

const hostCidr = (address: string) =>
  address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`;
