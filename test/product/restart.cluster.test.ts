import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openMark } from '../../src/model/preview.ts';
import { auditOf, isCreation, isDeletion, written, type Audited } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { withCredentials } from '../support/product/manifests.ts';
import { everything, leftSince } from '../support/product/snapshots.ts';
import { aWorld } from '../support/product/world.ts';

const world = aWorld('restart', { privately: true, spec: withCredentials });
const LATE_MS = 1_500;

const removesOrMakes = (one: Audited) => (isDeletion(one) || isCreation(one)) && one.resource !== 'events';

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

/** Pushed, made, and every mark of the push handled: a fresh one would excuse for a minute that the branch is not seen. */
async function isSettled(branch: string) {
  await world().push(branch);
  await world().isMade(branch);
  await eventually(async () => expect(openMark((await world().preview(branch))!)).toBeUndefined());
}

test('a branch that came and one that went while Offshoot was away are seen when it is back', async () => {
  const it = world();
  await isSettled('feature/went');
  await it.offshoot.kill();
  await it.git.remove('feature/went');
  await it.git.push('feature/came');
  await it.restart();
  await it.isMade('feature/came');
  await it.isGone('feature/went');
});

test('a branch that went while Offshoot was away is removed, though the API server refuses that once', async () => {
  const it = world();
  await isSettled('feature/refused');
  await it.offshoot.kill();
  await it.git.remove('feature/refused');
  let refused = 0;
  it.proxy.decide(({ method, path }) =>
    method === 'DELETE' && path.includes('/previews/') && refused++ === 0 ? { status: 409 } : 'pass',
  );
  await it.restart();
  await it.isGone('feature/refused');
  expect(refused).toBeGreaterThan(1);
}, 90_000);

test('asked to end, it ends by itself', async () => {
  const it = world();
  expect(await it.offshoot.stop()).toBe(0);
  await it.restart();
});
