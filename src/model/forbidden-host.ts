import ipaddr from 'ipaddr.js';

/** Metadata addresses, from which clouds hand a machine its own secrets; link-local addresses; and those that mean "this host". */
const RANGES = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure
  '::/128',
  'fe80::/10',
  'fd00:ec2::/32', // Amazon
  'fd20:ce::254/128', // Google
  '2002::/16', // 6to4: holds any IPv4 address, and no git server
].map((text) => ipaddr.parseCIDR(text));

/** IPv6 addresses that lead to the IPv4 address in their last four bytes: NAT64, SIIT and "IPv4-compatible". */
const HOLDING_IPV4 = ['64:ff9b::/96', '64:ff9b:1::/48', '::ffff:0:0:0/96', '::/96'].map((text) =>
  ipaddr.parseCIDR(text),
);

const NAMES = ['metadata.google.internal', 'metadata.goog'];

export const FORBIDDEN =
  'must not be a link-local, unspecified or cloud metadata address, such as 169.254.169.254';

/**
 * The obvious spellings at the beginning of a URL in lower case, for the API server, which can only match text. `forbiddenHost` refuses
 * any other spelling when the object is read.
 */
export const FORBIDDEN_URL =
  /^([a-z]+:\/\/)?([^\/@]*@)?(((169[.]254|0)[.][0-9.]+|100[.]100[.]100[.]200|168[.]63[.]129[.]16|metadata[.]goog(le[.]internal)?)[.]?([:\/]|$)|\[(::\]|fe[89ab][0-9a-f]:|fd00:ec2:|fd20:ce:|::ffff:(0[.]|169[.]254[.]|a9fe:)))/;

/**
 * Whether git and GitHub's API must not be contacted there. Loopback, private ranges and the cluster's own Services are allowed: many
 * companies' git servers are such hosts.
 */
export function forbiddenHost(host: string): boolean {
  const name = host.toLowerCase().replace(/[.]$/, '');
  return NAMES.includes(name) || forbiddenAddress(name);
}

/** The same for an address that a name resolves to; false for anything else. */
export function forbiddenAddress(text: string): boolean {
  const bare = text.split('%')[0]!; // without its zone
  if (!ipaddr.isValid(bare)) return false;
  const address = ipaddr.process(bare);
  const within = (list: typeof RANGES) =>
    list.some(([range, bits]) => address.kind() === range.kind() && address.match([range, bits] as never));
  if (within(RANGES)) return true;
  if (address.range() === 'loopback') return false; // ::1 is no 0.0.0.1
  return within(HOLDING_IPV4) && forbiddenAddress(address.toByteArray().slice(12).join('.'));
}
