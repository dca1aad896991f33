import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { auditOf, isWrite, written } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { GitHost } from '../support/product/git-host.ts';
import { aDagRepository } from '../support/product/manifests.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { Cache } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/model/object.ts';

const world = aWorld('admission', { spec: { maxPreviews: 2 } });
const { namespace } = World;
const [ONE, TWO, THREE, FOUR] = ['feature/one', 'feature/two', 'feature/three', 'feature/four'] as const;

/** The most namespaces that were there at once, as the API server told it. */
let most = 0;
let namespaces: Cache<KubeObject>;
beforeAll(async () => {
  namespaces = world().admin.watch(kinds.Namespace, { labelSelector: 'offshoot.dev/preview-uid' });
  namespaces.onChange(() => (most = Math.max(most, namespaces.list().length)));
  namespaces.start();
  await namespaces.synced();
});
afterAll(() => namespaces.stop());

const change = (spec: object, name = 'dags') =>
  world().admin.patch({ kind: kinds.DagRepository, namespace, name }, { spec }, { fieldManager: 'test' });
const suspend = (branch: string, wish: boolean) =>
  world().admin.patch(
    { kind: kinds.Preview, namespace, name: world().nameOf(branch) },
    { spec: { suspend: wish } },
    { fieldManager: 'test' },
  );
const says = (branch: string, reason: string, sentence = /./) =>
  eventually(async () => {
    const ready = findCondition((await world().preview(branch))?.status?.conditions, 'Ready');
    expect(ready, branch).toMatchObject({ reason });
    expect(ready?.message).toMatch(sentence);
  });
const repositorySays = (name: string, reason: string, sentence = /./) =>
  eventually(async () => {
    const conditions = (await world().repository(name))?.status?.conditions;
    expect(findCondition(conditions, 'Ready'), name).toMatchObject({ reason });
    expect(findCondition(conditions, 'Ready')?.message).toMatch(sentence);
  });

test('two of four branches are made, the others wait in line, visibly', async () => {
  const it = world();
  for (const branch of [ONE, TWO, THREE, FOUR]) {
    await it.push(branch);
    await wait(1_100); // creationTimestamps tell seconds
  }
  await Promise.all([ONE, TWO].map((branch) => it.isMade(branch)));
  await says(THREE, 'Queued', /^1st in line; 2 of 2 previews are in use\.$/);
  await says(FOUR, 'Queued', /^2nd in line; 2 of 2 previews are in use\.$/);
  expect((await it.preview(THREE))?.status?.url).toBe('http://airflow.example.com/feature/three');
  await repositorySays('dags', 'Ready', /2 of 2 previews are in use, 2 wait in line/);
  const { kubectl } = it.cluster;
  expect(await kubectl(['get', 'previews', '--namespace', namespace])).toMatch(
    /feature\/four +False +Queued/,
  );
  expect(await kubectl(['get', 'dagrepo', 'dags', '--namespace', namespace])).toMatch(
    /dags +True +Ready +2\/2/,
  );
});

test('a slot is free when its namespace is gone, and goes to the oldest wish', async () => {
  const it = world();
  await it.delete(ONE);
  await it.isMade(THREE);
  expect(await it.namespaceOf(ONE)).toBeUndefined();
  await says(FOUR, 'Queued', /^1st in line/);
  expect(most).toBe(2);
});

test('a lowered limit takes nobody’s slot; a raised one lets the next in', async () => {
  const it = world();
  await change({ maxPreviews: 1 });
  await says(FOUR, 'Queued', /^1st in line; 2 of 1 previews are in use\.$/);
  await Promise.all([TWO, THREE].map((branch) => it.isMade(branch)));
  await change({ maxPreviews: 2 });
  await says(FOUR, 'Queued', /2 of 2/);
  expect(await it.namespaceOf(FOUR)).toBeUndefined();
});

test('a suspended Preview loses its namespace and its slot, keeps its URL, and gets in line again', async () => {
  const it = world();
  const before = await it.isMade(TWO);
  await suspend(TWO, true);
  await says(TWO, 'Suspended', /set it to false/);
  expect(await it.namespaceOf(TWO)).toBeUndefined();
  await it.isMade(FOUR);
  await suspend(TWO, false);
  await says(TWO, 'Queued', /^1st in line; 2 of 2/);
  await it.delete(THREE);
  const after = await it.isMade(TWO);
  expect(after.metadata.uid).toBe(before.metadata.uid);
  expect(after.status?.url).toBe(before.status?.url);
  expect(most).toBe(2);
});

test('an address that somebody wrote into a status is the granted one again', async () => {
  const it = world();
  const { url } = (await it.isMade(TWO)).status!;
  const ref = { kind: kinds.Preview, namespace, name: it.nameOf(TWO) };
  for (const wrong of ['http://evil.example/x', 'nonsense']) {
    await it.admin.patch(ref, { status: { url: wrong } }, { fieldManager: 'test', subresource: 'status' });
    await eventually(async () => expect((await it.preview(TWO))?.status?.url).toBe(url));
  }
  await it.isMade(TWO);
});

test('a preview that an earlier version made has its slot, though nobody granted it one', async () => {
  const it = world();
  await it.isMade(TWO);
  await it.offshoot.kill();
  const { metadata, status } = (await it.preview(TWO))!;
  const made = await it.namespaceOf(TWO);
  const asBefore = { branch: status!.branch, url: status!.url };
  await it.admin.apply(
    {
      apiVersion: 'offshoot.dev/v1alpha1',
      kind: 'Preview',
      metadata: { name: metadata.name, namespace },
      status: asBefore,
    },
    { fieldManager: 'offshoot-intake', force: true, subresource: 'status' },
  );
  expect((await it.preview(TWO))?.status?.admitted).toBeUndefined();
  await change({ maxPreviews: 1 });
  await it.restart();
  await eventually(async () => expect((await it.preview(TWO))?.status?.admitted).toBe(true));
  await it.isMade(TWO);
  expect((await it.namespaceOf(TWO))?.metadata.uid).toBe(made?.metadata.uid);
  await change({ maxPreviews: 2 });
});

test('while a DagRepository is suspended nothing is made, changed or removed; afterwards everything is caught up', async () => {
  const it = world();
  const FIVE = 'feature/five';
  await Promise.all([TWO, FOUR].map((branch) => it.isMade(branch)));
  await change({ suspend: true, maxPreviews: 5, airflow: { config: { core: { parallelism: 3 } } } });
  await repositorySays('dags', 'Suspended', /set it to false to resume and catch up/);
  const since = Date.now();
  await it.push(FIVE);
  await it.delete(FOUR);
  const deployment = { kind: kinds.Deployment, namespace: it.nameOf(TWO), name: 'airflow' };
  await it.admin.delete(deployment);
  await says(FIVE, 'Suspended', /DagRepository dags is suspended/);
  await wait(4_000); // longer than a proof of absence takes
  const audited = await auditOf(it.cluster.sandbox.auditLog, USER);
  const writes = audited.filter((one) => one.at >= since && isWrite(one));
  const harmless = ['previews.offshoot.dev/status', 'events', 'dagrepositories.offshoot.dev/status'];
  // What webhooks leave: the marks, one of them a new Preview.
  const marks = [`create previews.offshoot.dev ${namespace}/${it.nameOf(FIVE)}`];
  const rest = writes.filter(({ resource }) => !harmless.includes(resource)).map(written);
  expect(
    rest.filter((line) => !line.startsWith('patch previews.offshoot.dev ') && !marks.includes(line)),
  ).toEqual([]);
  expect((await it.preview(FOUR))?.metadata.deletionTimestamp).toBeUndefined();
  expect(await it.admin.get(deployment)).toBeUndefined();

  // What a person deletes goes all the same.
  await it.admin.delete({ kind: kinds.Preview, namespace, name: it.nameOf(TWO) });
  await it.isGone(TWO);

  await change({ suspend: false });
  await repositorySays('dags', 'Ready');
  await Promise.all([TWO, FIVE].map((branch) => it.isMade(branch)));
  await it.isGone(FOUR);
});

/** What the gateway answers at a host: its status, and the page. */
async function visit(host: string, path: string): Promise<[status: number | undefined, page: string]> {
  const headers = { host, accept: 'text/html' };
  const [answer] = (await once(get(world().offshoot.gateway + path, { headers }), 'response')) as [
    IncomingMessage,
  ];
  return [answer.statusCode, await text(answer)];
}

test('F7: a host belongs to the oldest DagRepository, whatever scheme and port; the next has it when that one goes', async () => {
  const it = world();
  const host = await GitHost.start(`${it.cluster.folder}/contested`);
  await host.push('feature/contested');
  const make = (name: string, base: string) =>
    it.admin.create(aDagRepository({ namespace, name, gitUrl: host.url, spec: { url: { base } } }));
  await make('elder', 'http://contested.example.com');
  await it.isMade('feature/contested', it.nameOf('feature/contested', 'elder'));
  await wait(1_100);
  await make('younger', 'https://Contested.example.com.:8443');
  await repositorySays('younger', 'UrlTaken', /belongs to the older DagRepository team\/elder/);
  const conditions = (await it.repository('younger'))?.status?.conditions;
  expect(findCondition(conditions, 'Stalled')).toMatchObject({ status: 'True' });
  const name = it.nameOf('feature/contested', 'younger');
  await eventually(async () => {
    const { status } = (await it.preview('', name))!;
    expect(findCondition(status?.conditions, 'Ready')).toMatchObject({ reason: 'UrlTaken' });
    expect(status?.branch?.head).toBeDefined();
    expect(status?.url).toBeUndefined();
  });
  expect(await it.admin.get({ kind: kinds.Namespace, name })).toBeUndefined();

  // A URL that was written by hand onto the host of another is served to nobody.
  const url = 'http://contested.example.com/feature/contested/api';
  const written = { kind: kinds.Preview, namespace, name };
  await it.admin.patch(written, { status: { url } }, { fieldManager: 'somebody', subresource: 'status' });
  expect((await visit('contested.example.com', '/feature/contested/api/'))[1]).not.toContain('younger');
  expect(await visit('contested.example.com:81', '/')).toEqual([200, expect.not.stringContaining('younger')]);
  expect(await visit('contested.example.com', '/')).toEqual([200, expect.stringContaining('elder')]);
  expect((await visit('airflow.example.com', '/feature/contested/'))[0]).toBe(404);
  expect(await visit('evil.com', '/')).toEqual([404, expect.not.stringMatching(/elder|feature/)]);
  expect(await visit('127.0.0.1:1', '/')).toEqual([200, expect.stringMatching(/dags[^]*elder/)]);

  await it.admin.delete({ kind: kinds.DagRepository, namespace, name: 'elder' });
  await repositorySays('younger', 'Ready');
  const preview = await it.isMade('feature/contested', name);
  expect(preview.status?.url).toBe('https://Contested.example.com.:8443/feature/contested');
  expect(await visit('contested.example.com', '/')).toEqual([200, expect.stringContaining('younger')]);
  await host.stop();
});
