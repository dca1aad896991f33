import { expect, onTestFinished, test, vi } from 'vitest';
import { createLeadership } from '../../src/leader/leadership.ts';
import { kinds } from '../../src/model/kinds.ts';
import { handOver } from '../../src/operator/hand-over.ts';
import { createControllers } from '../../src/operator/controllers.ts';
import { aRawDagRepository } from '../support/builders.ts';
import { aProduct, inMemory } from '../support/memory-product.ts';
import type { Cluster } from '../../src/cluster/api.ts';

const BRANCH = 'feature/hardy';
const turns = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
};

async function aProcess() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const world = await aProduct([aRawDagRepository(inMemory())], [BRANCH]);
  const controllers = createControllers(world.parts);
  const ref = { kind: kinds.DagRepository, namespace: 'offshoot', name: 'dags' };
  let edits = 0;
  return {
    ...world,
    controllers,
    /** Somebody changes something; what is written because of that. */
    async edit() {
      await turns();
      world.journal.splice(0);
      const patch = { spec: { maxPreviews: 100 + edits++ } };
      await world.cluster.patch(ref, patch, { fieldManager: 'hand' });
      await turns();
      return world.journal.slice(1);
    },
  };
}

test('while it leads, it does what is to be done; one that follows does nothing', async () => {
  const it = await aProcess();
  expect(await it.edit()).toEqual([]);
  it.controllers.start();
  await turns();
  expect(it.preview(BRANCH).status).toMatchObject({ admitted: true });
  expect(await it.edit()).toContain('apply DagRepository/dags/status');
  await it.controllers.stop();
});

test('a follower that begins to lead while it is being stopped ends up stopped, and leaves no timer', async () => {
  const it = await aProcess();
  const { cluster, caches, log } = it.parts;
  const answer = Promise.withResolvers<void>();
  const create: Cluster['create'] = (object, options) =>
    cluster.create(object, options).then((made) => answer.promise.then(() => made));
  const leadership = createLeadership({
    cluster: { ...cluster, create },
    leases: caches.leases,
    podNamespace: 'offshoot',
    podName: 'offshoot-1',
    lead: it.controllers.start,
    follow: it.controllers.stop,
    log,
    now: it.clock.now,
    sleep: it.clock.sleep,
  });
  leadership.start();
  await turns();
  // Its Lease has arrived, but it does not know yet.
  const over = handOver({ controllers: it.controllers, leadership });
  await turns();
  answer.resolve();
  await over;
  expect(it.logged).toContainEqual(expect.objectContaining({ msg: 'this Offshoot leads' }));
  expect(it.store.list().some(({ kind }) => kind === 'Lease')).toBe(false);
  expect(await it.edit()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('stopping waits for what runs, and begins nothing more', async () => {
  const it = await aProcess();
  const answer = Promise.withResolvers<undefined>();
  const { identify } = it.host;
  it.host.identify = () => answer.promise;
  it.controllers.start();
  await turns();
  let stopped = false;
  const ended = it.controllers.stop().then(() => (stopped = true));
  await turns();
  expect(stopped).toBe(false);
  it.host.identify = identify;
  answer.resolve(undefined);
  await ended;
  expect(await it.edit()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('one that leads again begins anew: it lists all branches', async () => {
  const it = await aProcess();
  it.controllers.start();
  await turns();
  await it.controllers.stop();
  const { listings } = it.state;
  it.controllers.start();
  await turns();
  expect(it.state.listings).toBe(listings + 1);
  await it.controllers.stop();
});
