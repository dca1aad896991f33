import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { auditedOf, auditOf, isCreation, isWrite, written } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { startOffshoot, type Offshoot } from '../support/product/offshoot.ts';
import { tell } from '../support/product/webhooks.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { Lease } from '../../src/leader/api.ts';

const world = aWorld('replicas', { spec: { resyncInterval: '5s' } });
/** What the second one is told to do otherwise: alone, it would make each preview anew in its own way. */
const OTHERWISE = ['--synced-url', 'http://10.0.0.2:8080', '--git-sync-image', 'example.com/other:1'];
const running: Offshoot[] = [];

afterAll(() => Promise.all(running.map((one) => one.kill())));
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    console.error(running.flatMap(({ log }) => log.map(({ msg }) => msg)).slice(-40));
});

async function another(podName: string, ...flags: string[]): Promise<Offshoot> {
  const { cluster, slack } = world();
  const started = await startOffshoot({
    kubeconfig: cluster.identity,
    slackApiUrl: slack.apiUrl,
    podName,
    flags,
  });
  running.push(started);
  return started;
}

const holder = async () => {
  const lease = await world().admin.get<Lease>({ kind: kinds.Lease, namespace: 'default', name: 'offshoot' });
  return lease?.spec?.holderIdentity?.split('_')[0];
};

const writes = async (since: number) =>
  (await auditOf(world().cluster.sandbox.auditLog, USER)).filter((one) => one.at >= since && isWrite(one));

async function leads(podName: string): Promise<void> {
  await eventually(async () => expect(await holder()).toBe(podName), 40);
}

test('F24: a second one with other settings stands aside, takes deliveries, and nothing is written twice', async () => {
  const it = world();
  await it.push('feature/one');
  await it.isMade('feature/one');
  const second = await another('offshoot-1', ...OTHERWISE);
  await wait(2_000);
  const since = Date.now();
  await wait(6_000); // longer than a resync
  expect((await writes(since)).map(written)).toEqual([]);
  expect(await holder()).toBe('offshoot-0');

  const [head] = await it.git.push('feature/two');
  const route = `${second.webhooks}/webhooks/github/${World.namespace}/dags`;
  await tell(route, { ref: 'refs/heads/feature/two', after: head!, only: ['create'] });
  await it.isMade('feature/two');
  const made = await auditedOf(it.cluster.sandbox.auditLog, it.nameOf('feature/two'), isCreation);
  expect(made).toHaveLength(new Set(made).size);
  expect(made).toEqual(await auditedOf(it.cluster.sandbox.auditLog, it.nameOf('feature/one'), isCreation));
});

test('F24: killed, the leader is followed by the other, which removes what went meanwhile and makes nothing again', async () => {
  const it = world();
  const before = (await it.preview('feature/two'))!.metadata.uid;
  await it.offshoot.kill();
  await it.git.remove('feature/one');
  await leads('offshoot-1');
  await it.isGone('feature/one');
  expect((await it.preview('feature/two'))!.metadata.uid).toBe(before);
  const made = await auditedOf(it.cluster.sandbox.auditLog, it.nameOf('feature/two'), isCreation);
  expect(made).toHaveLength(new Set(made).size);
}, 120_000);

test('F24: asked to end, the leader hands over', async () => {
  const it = world();
  const third = await another('offshoot-2', ...OTHERWISE);
  expect(await running[0]!.stop()).toBe(0);
  await leads('offshoot-2');
  await it.git.push('feature/three');
  await it.isMade('feature/three');
  expect(third.log.map(({ msg }) => msg)).toContain('this Offshoot leads');
}, 60_000);

test('F24: paused for longer than its Lease, a leader that wakes up writes nothing more', async () => {
  const it = world();
  const paused = running[1]!;
  const fourth = await another('offshoot-3', ...OTHERWISE);
  process.kill(paused.pid, 'SIGSTOP');
  try {
    await leads('offshoot-3');
    await it.git.push('feature/four');
    await it.isMade('feature/four');
  } finally {
    process.kill(paused.pid, 'SIGCONT');
  }
  await eventually(() =>
    expect(paused.log.map(({ msg }) => msg)).toContain('this Offshoot is no longer the leader'),
  );
  await wait(2_000); // what the new leader still has to say
  const since = Date.now();
  await wait(6_000);
  expect((await writes(since)).map(written)).toEqual([]);
  expect(await holder()).toBe('offshoot-3');
  const made = await auditedOf(it.cluster.sandbox.auditLog, it.nameOf('feature/four'), isCreation);
  expect(made).toHaveLength(new Set(made).size);
  await fourth.stop();
}, 120_000);
