import ipaddr from 'ipaddr.js';
import type { Trusted } from './asked.ts';

/** Of the setting: addresses and CIDRs. Whoever connects from one of them is believed what he says of those in front of him. */
export function trustedProxies(list: readonly string[]): Trusted {
  const ranges = list.map((text) => {
    const [address, length] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), undefined];
    return [address, length ?? (address.kind() === 'ipv4' ? 32 : 128)] as const;
  });
  return (text) => {
    if (!text || !ipaddr.isValid(text)) return false;
    // An IPv4 address may come as one of IPv6, `::ffff:10.0.0.1`.
    const address = ipaddr.process(text);
    return ranges.some(
      ([network, length]) => network.kind() === address.kind() && address.match(network, length),
    );
  };
}
