import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { auditOf, isWrite, written } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { Cache } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview } from '../../src/model/preview.ts';

const world = aWorld('rollout');
const { namespace } = World;
const BRANCHES = ['feature/a', 'feature/b', 'feature/c', 'feature/d', 'feature/e'] as const;

/** The most previews that were being updated at once, as the API server told it. */
let most = 0;
let previews: Cache<Preview>;
const updating = () => previews.list().filter(({ status }) => status?.revision?.updating);
beforeAll(async () => {
  const it = world();
  previews = it.admin.watch<Preview>(kinds.Preview);
  previews.onChange(() => (most = Math.max(most, updating().length)));
  previews.start();
  await previews.synced();
  await it.push(...BRANCHES);
  await Promise.all(BRANCHES.map((branch) => it.isMade(branch)));
}, 180_000);
afterAll(() => previews.stop());

const change = (patch: object) =>
  world().admin.patch({ kind: kinds.DagRepository, namespace, name: 'dags' }, patch, {
    fieldManager: 'test',
  });
const repositorySays = (reason: string, updated: string) =>
  eventually(async () => {
    const status = (await world().repository())?.status;
    expect(findCondition(status?.conditions, 'Ready')).toMatchObject({ reason });
    expect(status?.updated).toBe(updated);
  }, 60);
const deployment = async (branch: string): Promise<KubeObject | undefined> =>
  world().admin.get({ kind: kinds.Deployment, namespace: world().nameOf(branch), name: 'airflow' });
const settingsOf = async (branch: string) =>
  (
    await world().admin.get({
      kind: kinds.ConfigMap,
      namespace: world().nameOf(branch),
      name: 'airflow-settings',
    })
  )?.['data'] as Record<string, string>;
const parallelism = async () => {
  const all = await Promise.all(BRANCHES.map(settingsOf));
  return all.map((data) => data['AIRFLOW__CORE__PARALLELISM']);
};

/** As a kubelet says it of an image that is not there; of every pod that runs what the preview may run. */
async function failPods(preview: Preview): Promise<void> {
  const home = preview.status?.namespace ?? '';
  const { items } = await world().admin.list<KubeObject>(kinds.Pod, { namespace: home });
  for (const { metadata } of items) {
    const state = { waiting: { reason: 'ErrImagePull', message: 'not found' } };
    const container = { name: 'postgres', image: 'x', imageID: '', ready: false, restartCount: 0, state };
    await world().admin.patch(
      { kind: kinds.Pod, namespace: home, name: metadata.name },
      { status: { containerStatuses: [container] } },
      { fieldManager: 'kubelet', subresource: 'status' },
    );
  }
}

/** No update gets anywhere without a kubelet: each is ended by a failure, until all have had theirs. */
const endUpdates = () =>
  eventually(async () => {
    for (const preview of updating()) await failPods(preview);
    expect((await world().repository())?.status?.updated).toBe('5/5');
  }, 90);

test('a changed setting reaches two previews, and no other while these are on their way', async () => {
  await change({ spec: { airflow: { config: { core: { parallelism: 3 } } } } });
  await repositorySays('Updating', '0/5');
  await eventually(async () =>
    expect((await parallelism()).filter((value) => value === '3')).toHaveLength(2),
  );
  await wait(3_000);
  expect((await parallelism()).filter((value) => value === '3')).toHaveLength(2);
  const [{ metadata, status }] = updating() as [Preview];
  const shown = await world().cluster.kubectl(['get', 'preview', metadata.name, '--namespace', namespace]);
  expect(shown).toMatch(/False +Updating/);
  expect(status?.revision?.updating?.worked).toBe(false);
  expect(findCondition(status?.conditions, 'Ready')?.message).toMatch(
    /^Updating to generation 2 of the DagRepository/,
  );
  expect(await world().cluster.kubectl(['get', 'dagrepo', '--namespace', namespace])).toMatch(
    /Updating +5\/20 +0\/5/,
  );
});

test('whoever has to wait is mended meanwhile, as it was', async () => {
  const it = world();
  const held = previews.list().find(({ status }) => status?.revision?.generation === 1)!;
  const { branch } = held.spec;
  const before = (await deployment(branch))!;
  await it.admin.delete({ kind: kinds.Deployment, namespace: it.nameOf(branch), name: 'airflow' });
  const settings = { kind: kinds.ConfigMap, namespace: it.nameOf(branch), name: 'airflow-settings' };
  await it.admin.delete(settings);
  await eventually(async () => {
    const again = await deployment(branch);
    expect(again?.metadata.uid).toBeDefined();
    expect(again?.metadata.uid).not.toBe(before.metadata.uid);
    expect(again?.['spec']).toEqual(before['spec']);
    expect((await settingsOf(branch))['AIRFLOW__CORE__PARALLELISM']).toBeUndefined();
  });
  expect(held.status?.repositoryGeneration).toBe(1);
});

test('the next go when the first have had their chance, until all are updated, two at a time', async () => {
  await endUpdates();
  expect(await parallelism()).toEqual(BRANCHES.map(() => '3'));
  await repositorySays('Ready', '5/5');
  expect(previews.list().map(({ status }) => status?.repositoryGeneration)).toEqual(BRANCHES.map(() => 2));
  expect(most).toBe(2);
});

test('a change that renders the same restarts nothing: nothing is written but that it was seen', async () => {
  const it = world();
  await wait(2_000);
  const since = Date.now();
  await change({
    metadata: { annotations: { 'example.com/note': 'x' } },
    spec: { resyncInterval: '59m', maxPreviews: 21, quota: { pods: 60 }, notify: {} },
  });
  await eventually(async () =>
    expect((await it.repository())?.status).toMatchObject({ slots: '5/21', observedGeneration: 3 }),
  );
  await it.restart();
  await wait(5_000);
  const writes = (await auditOf(it.cluster.sandbox.auditLog, USER)).filter(
    (one) => one.at >= since && isWrite(one),
  );
  // After a restart each Secret is applied once to look at it; that changes none.
  const looks = (line: string) => line.startsWith('patch secrets ');
  expect([...new Set(writes.map(written).filter((line) => !looks(line)))]).toEqual([
    `patch dagrepositories.offshoot.dev/status ${namespace}/dags`,
  ]);
  expect(previews.list().map(({ status }) => status?.revision?.generation)).toEqual(BRANCHES.map(() => 2));
  const generations = await Promise.all(
    BRANCHES.map(async (branch) => (await deployment(branch))?.metadata.generation),
  );
  await it.restart();
  await wait(3_000);
  const again = await Promise.all(
    BRANCHES.map(async (branch) => (await deployment(branch))?.metadata.generation),
  );
  expect(again).toEqual(generations);
});

test('another version of Offshoot that renders otherwise reaches them two at a time as well', async () => {
  const it = world();
  most = 0;
  await it.restart('--git-sync-image', 'example.com/git-sync:other');
  const others = async () => {
    const all = await Promise.all(BRANCHES.map(deployment));
    return all.filter((one) => JSON.stringify(one).includes('git-sync:other')).length;
  };
  await eventually(async () => {
    for (const preview of updating()) await failPods(preview);
    expect(await others()).toBe(5);
  }, 90);
  await repositorySays('Ready', '5/5');
  expect(most).toBe(2);
});
