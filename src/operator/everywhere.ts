import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Address } from '../config/api.ts';

/** `*` as a host that can be listened on: of both families where this machine has IPv6, else of IPv4. */
export async function everywhere(address: Address): Promise<Address> {
  if (address.host !== '*') return address;
  const probe = createServer().listen({ host: '::', port: 0 });
  const host = await once(probe, 'listening').then(
    () => '::',
    () => '0.0.0.0',
  );
  probe.close();
  return { ...address, host };
}
