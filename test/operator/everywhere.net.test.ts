import { once } from 'node:events';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { everywhere } from '../../src/operator/everywhere.ts';

const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');
if (!hasIPv6) console.warn('This machine has no IPv6: listening on it is not tried.');

test.each(['127.0.0.1', ...(hasIPv6 ? ['[::1]'] : [])])('B03: * answers at %s', async (host) => {
  const server = createServer((_request, response) => response.end('here'));
  server.listen(await everywhere({ host: '*', port: 0 }));
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await (await fetch(`http://${host}:${port}/`)).text()).toBe('here');
});

test('any other host is what it was', async () => {
  const address = { host: '127.0.0.1', port: 8080 };
  expect(await everywhere(address)).toEqual(address);
});
