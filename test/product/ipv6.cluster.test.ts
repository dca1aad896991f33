import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { direct } from '../../src/cluster/reach.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aWorld } from '../support/product/world.ts';

const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');
if (!hasIPv6) console.warn('B03 is skipped: this machine has no IPv6.');

describe.skipIf(!hasIPv6)('B03: a cluster that has IPv6 alone', () => {
  const world = aWorld('ipv6', { family: 6 });

  test('a branch gets its preview, behind addresses that are written as URLs want them', async () => {
    await world().push('feature/kelp');
    await world().isMade('feature/kelp');
    const namespace = world().nameOf('feature/kelp');
    const service = await world().admin.get({ kind: kinds.Service, namespace, name: 'airflow' });
    expect(direct.addressOf(service!)).toMatch(/^http:\/\/\[fd00:96::[0-9a-f]+\]:8080$/);
  });

  test('and loses it', async () => {
    await world().delete('feature/kelp');
    await world().isGone('feature/kelp');
  });
});
