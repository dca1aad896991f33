import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { auditOf } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { GitHost } from '../support/product/git-host.ts';
import { aDagRepository } from '../support/product/manifests.ts';
import { statusOf, tell } from '../support/product/webhooks.ts';
import { aWorld, World } from '../support/product/world.ts';

const world = aWorld('branches', { spec: { maxPreviews: 50 } });
const SOME_HEAD = 'a'.repeat(40);

test('a signed create is answered 202, and its Preview is there by then', async () => {
  const it = world();
  const [head] = await it.git.push('feature/hardy');
  await it.tell({ ref: 'refs/heads/feature/hardy', after: head!, only: ['create'] });
  const preview = await it.preview('feature/hardy');
  expect(preview).toMatchObject({
    metadata: { labels: { 'offshoot.dev/made-by': 'intake' }, finalizers: ['offshoot.dev/teardown'] },
    spec: { branch: 'feature/hardy', repositoryRef: { name: 'dags' } },
  });
});

test('a push is shown as the branch’s head with who pushed it, and keeps the preview', async () => {
  const it = world();
  const before = await it.isMade('feature/hardy');
  const [head] = await it.git.push('feature/hardy');
  await it.tell({ ref: 'refs/heads/feature/hardy', before: SOME_HEAD, after: head! });
  await eventually(async () =>
    expect(await it.preview('feature/hardy')).toMatchObject({
      metadata: { uid: before.metadata.uid },
      status: { branch: { head, pusher: 'dana' }, url: 'http://airflow.example.com/feature/hardy' },
    }),
  );
});

test('a delete takes the preview and its namespace away', async () => {
  const it = world();
  await it.delete('feature/hardy');
  await it.isGone('feature/hardy');
});

test('a branch that is not there gets a Preview for as long as the proof takes, and never a namespace', async () => {
  const it = world();
  const branch = 'feature/only-claimed';
  await it.tell({ ref: `refs/heads/${branch}`, after: SOME_HEAD, only: ['create'] });
  expect(await it.preview(branch)).toBeDefined();
  await it.isGone(branch);
  const audited = await auditOf(it.cluster.sandbox.auditLog, USER);
  expect(
    audited.filter(
      ({ resource, name, verb }) =>
        resource === 'namespaces' && name === it.nameOf(branch) && verb === 'create',
    ),
  ).toEqual([]);
});

test('a delete that is not true removes nothing', async () => {
  const it = world();
  await it.push('feature/alive');
  const before = await it.isMade('feature/alive');
  await it.tell({ ref: 'refs/heads/feature/alive', before: SOME_HEAD });
  await wait(4_000); // longer than a proof of absence takes
  const after = await it.preview('feature/alive');
  expect(after?.metadata.uid).toBe(before.metadata.uid);
  expect(after?.metadata.deletionTimestamp).toBeUndefined();
});

test.for([
  ['a tag', { ref: 'refs/tags/feature/v1', after: SOME_HEAD }],
  ['a branch that no pattern matches', { ref: 'refs/heads/fix/typo', after: SOME_HEAD }],
  ['the end of a branch nobody knows', { ref: 'refs/heads/feature/unknown', before: SOME_HEAD }],
] as const)('%s is accepted and makes nothing', async ([, told]) => {
  const it = world();
  const before = (await it.previews()).map(({ metadata }) => metadata.name);
  await it.tell(told);
  expect((await it.previews()).map(({ metadata }) => metadata.name)).toEqual(before);
});

test('a delivery signed with another key is refused and makes nothing', async () => {
  const it = world();
  const told = { ref: 'refs/heads/feature/forged', after: SOME_HEAD };
  expect((await tell(it.route(), told, 'another key')).map(statusOf)).toEqual([401, 401]);
  expect((await tell(it.route('no-such-repository'), told)).map(statusOf)).toEqual([401, 401]);
  expect(await it.preview('feature/forged')).toBeUndefined();
});

test('a key that was rotated a moment ago is taken, and so is the one before it', async () => {
  const it = world();
  const ref = { ref: 'refs/heads/fix/rotation', after: SOME_HEAD };
  await it.cluster.kubectl([
    'patch',
    'secret',
    'dags-webhook',
    '--namespace',
    World.namespace,
    '--type=merge',
    '--patch',
    rotated,
  ]);
  // However many wrong signatures come, the Secret is read once a second at most.
  await eventually(
    async () => expect((await tell(it.route(), ref, 'the next key')).map(statusOf)).toEqual([202, 202]),
    5,
  );
  await it.tell(ref);
});
const rotated = JSON.stringify({ stringData: { current: 'the next key', previous: 'a key of the tests' } });

test('what webhooks did not tell is found by listing, both ways', async () => {
  const it = world();
  const other = await GitHost.start(`${it.cluster.folder}/other`);
  const spec = { resyncInterval: '5s', branches: { include: ['feature/**', '!feature/not-*'] } };
  await it.admin.create(
    aDagRepository({ namespace: World.namespace, name: 'resynced', gitUrl: other.url, spec }),
  );
  await it.repositoryIsReady('resynced');
  await other.push('feature/untold', 'feature/not-wanted');
  const name = it.nameOf('feature/untold', 'resynced');
  await it.isMade('feature/untold', name);
  expect(await it.preview('', it.nameOf('feature/not-wanted', 'resynced'))).toBeUndefined();
  await other.remove('feature/untold');
  await eventually(async () => expect(await it.preview('', name)).toBeUndefined(), 60);
  await other.stop();
});

test('a pattern that no longer wants a branch takes its preview away', async () => {
  const it = world();
  await it.push('feature/unwanted');
  await it.isMade('feature/unwanted');
  await it.admin.patch(
    { kind: kinds.DagRepository, namespace: World.namespace, name: 'dags' },
    { spec: { branches: { exclude: ['feature/unwanted'] } } },
    { fieldManager: 'test' },
  );
  await it.isGone('feature/unwanted');
});

test('a hundred deliveries about fifty branches within a second, in any order: the truth', async () => {
  const it = world();
  const all = Array.from({ length: 50 }, (_, at) => `feature/flood-${at}`);
  const there = all.filter((_, at) => at % 5 < 2);
  const heads = new Map((await it.git.push(...there)).map((head, at) => [there[at]!, head]));
  const told = all.flatMap((branch) => {
    const head = heads.get(branch);
    const ref = `refs/heads/${branch}`;
    // Those that are no more were made and deleted; of the others somebody says, wrongly, that they are no more.
    const created = { ref, after: head ?? SOME_HEAD, only: ['create'] as const };
    return [created, { ref, before: SOME_HEAD, only: [head ? 'push' : 'delete'] as const }];
  });
  const shuffled = told
    .map((one) => ({
      one,
      at: createHmac('sha256', 'a fixed order').update(JSON.stringify(one)).digest('hex'),
    }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  await Promise.all(shuffled.map(({ one }) => it.tell(one)));
  await eventually(async () => {
    const flooded = (await it.previews()).filter(({ spec }) => spec.branch.startsWith('feature/flood-'));
    expect(flooded.map(({ spec }) => spec.branch).sort()).toEqual([...there].sort());
    expect(flooded.flatMap(({ metadata }) => metadata.deletionTimestamp ?? [])).toEqual([]);
    expect(flooded.map(({ status }) => status?.branch?.head)).toEqual(
      flooded.map(({ spec }) => heads.get(spec.branch)),
    );
  }, 60);
  for (const branch of there) await it.isMade(branch);
});
