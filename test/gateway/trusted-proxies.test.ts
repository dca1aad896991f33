import { expect, test } from 'vitest';
import { trustedProxies } from '../../src/gateway/trusted-proxies.ts';

const isTrusted = trustedProxies(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1']);

test.each(['10.255.0.1', '192.0.2.7', '::ffff:10.0.0.1', 'fd12::7', '::1', '0:0:0:0:0:0:0:1'])(
  '%s is one of them',
  (address) => expect(isTrusted(address)).toBe(true),
);

test.each(['11.0.0.1', '192.0.2.8', '::ffff:11.0.0.1', 'fe80::1', 'localhost', '', undefined])(
  '%s is none of them',
  (address) => expect(isTrusted(address)).toBe(false),
);

test('by default nobody is', () => expect(trustedProxies([])('127.0.0.1')).toBe(false));
