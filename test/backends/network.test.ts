import { BlockList } from 'node:net';
import { expect, test } from 'vitest';
import { isolation } from '../../src/backends/shared/network.ts';
import { aDesign, aNetwork } from '../support/builders.ts';

interface Egress {
  to: { ipBlock?: { cidr: string; except?: string[] }; namespaceSelector?: object; podSelector?: object }[];
  ports?: { protocol: string; port: number }[];
}

const egressOf = (dns: string[]) => {
  const design = aDesign({ network: aNetwork({ allowed: [], apiServer: [], dns }) });
  return (isolation(design)['spec'] as { egress: Egress[] }).egress;
};
const family = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');
function within(address: string, cidrs: string[]): boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = '', bits] = cidr.split('/');
    // Node takes an address of IPv4 for one of IPv6 as well; a policy does not.
    if (family(net) === family(address)) list.addSubnet(net, Number(bits), family(net));
  }
  return list.check(address, family(address));
}

/** Whether a pod of the preview gets through to an address outside of the cluster's pods, as a network plugin reads the policy. */
const reaches = (egress: Egress[], address: string, port: number) =>
  egress.some(
    ({ to, ports }) =>
      (!ports || ports.some((one) => one.port === port)) &&
      to.some(
        ({ ipBlock }) => ipBlock && within(address, [ipBlock.cidr]) && !within(address, ipBlock.except ?? []),
      ),
  );

test.each<[string, string[], string, number, boolean]>([
  ['the cluster’s DNS', ['10.96.0.10'], '10.96.0.10', 53, true],
  ['a cache on the node', ['10.96.0.10', '169.254.20.10'], '169.254.20.10', 53, true],
  ['a DNS of IPv6', ['fd00::a'], 'fd00::a', 53, true],
  ['another port of the DNS', ['10.96.0.10'], '10.96.0.10', 80, false],
  ['port 53 of a private address', ['10.96.0.10'], '10.0.0.5', 53, false],
  ['port 53 of the cloud’s metadata', ['10.96.0.10'], '169.254.169.254', 53, false],
  ['port 53 of a link-local address of IPv6', ['10.96.0.10'], 'fe80::1', 53, false],
  ['a public resolver', ['10.96.0.10'], '8.8.8.8', 53, true],
  ['where none is known, a private address', [], '10.0.0.5', 53, true],
  ['where none is known, its other ports', [], '10.0.0.5', 80, false],
  ['where none is known, the cloud’s metadata', [], '169.254.169.254', 53, false],
  ['where none is known, that of IPv6', [], 'fd00:ec2::254', 53, false],
])('%s with DNS at %j: %s port %i is reached: %s', (_what, dns, address, port, reached) => {
  expect(reaches(egressOf(dns), address, port)).toBe(reached);
});

test('pods that are the cluster’s DNS are reached by their labels, of their namespaces alone', () => {
  const dns = egressOf(['10.96.0.10']).find(({ ports }) => ports?.some(({ port }) => port === 53));
  for (const { ipBlock, namespaceSelector, podSelector } of dns!.to)
    expect(Boolean(ipBlock) !== Boolean(namespaceSelector && podSelector)).toBe(true);
  expect(dns!.to.flatMap(({ namespaceSelector }) => namespaceSelector ?? [])).toEqual([
    { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
  ]);
});
