import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { auditOf, isCreation, written, type Audited } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { withCredentials } from '../support/product/manifests.ts';
import { everything, leftSince } from '../support/product/snapshots.ts';
import { aWorld } from '../support/product/world.ts';

const world = aWorld('restart', { privately: true, spec: withCredentials });
const LATE_MS = 1_500;

const removesOrMakes = (one: Audited) =>
  (one.verb.startsWith('delete') || isCreation(one)) && one.resource !== 'events';

test.for(['dagrepositories', 'previews', 'namespaces', 'deployments', 'secrets'])(
  'after a restart nothing is removed or made, however late the list of %s comes',
  async (late) => {
    const it = world();
    const branch = 'feature/steady';
    if (!(await it.preview(branch))) await it.push(branch);
    await it.isMade(branch);
    const before = await everything(it);
    const { length } = await auditOf(it.cluster.sandbox.auditLog, USER);
    it.proxy.decide(async ({ method, path }) => {
      if (method === 'GET' && path.endsWith(`/${late}`)) await wait(LATE_MS);
      return 'pass' as const;
    });
    await it.restart();
    await wait(1_500);
    it.proxy.decide(() => 'pass');
    const since = (await auditOf(it.cluster.sandbox.auditLog, USER)).slice(length);
    expect(since.filter(removesOrMakes).map(written)).toEqual([]);
    const after = await everything(it);
    expect([leftSince(before, after), leftSince(after, before)]).toEqual([[], []]);
    await it.isMade(branch);
  },
);

test('a branch that came and one that went while Offshoot was away are seen when it is back', async () => {
  const it = world();
  await it.push('feature/went');
  await it.isMade('feature/went');
  await it.offshoot.kill();
  await it.git.remove('feature/went');
  await it.git.push('feature/came');
  await it.restart();
  await it.isMade('feature/came');
  await it.isGone('feature/went');
});

test('asked to end, it ends by itself', async () => {
  const it = world();
  expect(await it.offshoot.stop()).toBe(0);
  await it.restart();
});
