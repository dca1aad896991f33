import { expect, test } from 'vitest';
import { hostAddressFor, listenAddressFor } from '../../demo/host-address.ts';

test('the address given is used, and must be one', async () => {
  expect(await hostAddressFor('prod', '172.18.0.1')).toBe('172.18.0.1');
  await expect(hostAddressFor('prod', 'myhost')).rejects.toThrow(
    '--host-address myhost: give the IPv4 address',
  );
});

test('where it cannot be found out, it is asked for, with how to find it', async () => {
  await expect(hostAddressFor('minikube', undefined)).rejects.toThrow(
    /--host-address.*host\.minikube\.internal/,
  );
});

test('this machine’s own address is listened on alone; one that the network translates needs all', () => {
  expect(listenAddressFor('127.0.0.1')).toBe('127.0.0.1');
  expect(listenAddressFor('203.0.113.9')).toBe('0.0.0.0');
});
