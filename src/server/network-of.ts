import ipaddr from 'ipaddr.js';

/** Whom an address stands for: itself, or of IPv6 its /64, out of which one sender may take any address. */
export function networkOf(address: string | undefined): string {
  if (!address || !ipaddr.isValid(address)) return '';
  const ip = ipaddr.process(address);
  return ip.toByteArray().slice(0, 8).join('.');
}
