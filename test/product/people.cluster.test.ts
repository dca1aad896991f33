import { expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { eventually } from '../support/product/eventually.ts';
import { GitHost } from '../support/product/git-host.ts';
import { aDagRepository, aHandMadePreview, aSecret, withCredentials } from '../support/product/manifests.ts';
import { aWorld, World } from '../support/product/world.ts';

const world = aWorld('people');
const { namespace } = World;

async function previewSays(name: string, reason: string, sentence?: RegExp): Promise<void> {
  await eventually(async () => {
    const conditions = (await world().preview('', name))?.status?.conditions;
    expect(findCondition(conditions, 'Stalled'), name).toMatchObject({ status: 'True', reason });
    if (sentence) expect(findCondition(conditions, 'Ready')?.message).toMatch(sentence);
  });
}

test.concurrent(
  'a Preview made by hand gets its Airflow, loses it with its branch, stays, and gets it again',
  async ({ expect }) => {
    const it = world();
    const branch = 'fix/by-hand';
    await it.git.push(branch);
    await it.admin.create(aHandMadePreview(namespace, 'mine', branch));
    const first = await it.isMade(branch, 'mine');
    // The namespace's name says which branch it is for, whatever the Preview is called.
    expect(first.status?.namespace).toBe(it.nameOf(branch));
    await it.git.remove(branch);
    // No pattern matches it, so no webhook is for it either: whoever wants a look asks for one.
    const ask = () =>
      it.admin.patch(
        { kind: kinds.Preview, namespace, name: 'mine' },
        { metadata: { annotations: { 'offshoot.dev/check-requested': new Date().toISOString() } } },
        { fieldManager: 'test' },
      );
    await ask();
    await previewSays('mine', 'BranchNotFound', /no branch fix\/by-hand; push it, or delete this Preview/);
    await eventually(async () => expect(await it.namespaceOf(branch)).toBeUndefined());
    await it.git.push(branch);
    await ask();
    const second = await it.isMade(branch, 'mine');
    expect(second.metadata.uid).toBe(first.metadata.uid);
    await it.admin.delete({ kind: kinds.Preview, namespace, name: 'mine' });
    await eventually(async () => {
      expect(await it.preview('', 'mine')).toBeUndefined();
      expect(await it.namespaceOf(branch)).toBeUndefined();
    });
  },
  90_000,
);

test.concurrent(
  'a Preview made by hand for a branch that is not there stays, and says so',
  async ({ expect }) => {
    const it = world();
    const branch = 'feature/never-pushed';
    await it.admin.create(aHandMadePreview(namespace, 'eager', branch));
    await previewSays('eager', 'BranchNotFound');
    expect(await it.namespaceOf(branch)).toBeUndefined();
    await it.git.push(branch);
    await it.tell({ ref: `refs/heads/${branch}`, after: 'a'.repeat(40), only: ['create'] });
    await it.isMade(branch, 'eager');
    expect(await it.preview(branch), 'one Preview for a branch').toBeUndefined();
  },
  90_000,
);

test.concurrent('a Preview of a DagRepository that does not exist says so', async () => {
  const preview = aHandMadePreview(namespace, 'orphan', 'feature/x');
  preview['spec'] = { repositoryRef: { name: 'nowhere' }, branch: 'feature/x' };
  await world().admin.create(preview);
  await previewSays('orphan', 'RepositoryNotFound', /no DagRepository nowhere in this namespace; create it/);
});

const nobody = 'http://127.0.0.1:9/dags.git';
const troubles: readonly [
  string,
  { gitUrl?: string; spec?: object; secret?: Record<string, string> },
  object,
  RegExp,
][] = [
  [
    'whose Secret is missing',
    { spec: { credentialsSecretRef: { name: 'not-there', readOnly: true } } },
    { reason: 'SecretMissing', stalled: 'True' },
    /Secret not-there, named by spec\.credentialsSecretRef, does not exist in namespace team/,
  ],
  [
    'whose Secret lacks its keys',
    { spec: { credentialsSecretRef: { name: 'lacking', readOnly: true } }, secret: { user: 'typo' } },
    { reason: 'SecretMissing', stalled: 'True' },
    /Secret lacking lacks the key token, or username and password/,
  ],
  [
    'whose credentials are wrong',
    {
      spec: { credentialsSecretRef: { name: 'wrong', readOnly: true } },
      secret: { username: 'reader', password: 'not this' },
    },
    { reason: 'GitRefused', stalled: 'False' },
    /refused: .*Check the URL and the Secret named by spec\.credentialsSecretRef/,
  ],
  [
    'whose host is not there',
    { gitUrl: nobody },
    { reason: 'GitUnreachable', stalled: 'False' },
    /127\.0\.0\.1:9\/dags\.git cannot be reached/,
  ],
];

test.concurrent.for(troubles)(
  'a DagRepository %s says so, makes nothing, and keeps nobody else from anything',
  { timeout: 150_000 },
  async ([, { gitUrl, spec, secret }, told, sentence], { expect, task }) => {
    const it = world();
    const name = `broken-${task.id.replaceAll(/[^a-z0-9]/g, '')}`;
    const host = await privateHost();
    const ref = (spec as { credentialsSecretRef?: { name: string } } | undefined)?.credentialsSecretRef;
    if (secret && ref) await it.admin.create(aSecret(namespace, ref.name, secret));
    await it.admin.create(
      aDagRepository({ namespace, name, gitUrl: gitUrl ?? host.url, ...(spec && { spec: { ...spec } }) }),
    );
    const { reason, stalled } = told as { reason: string; stalled: string };
    await eventually(async () => {
      const conditions = (await it.repository(name))?.status?.conditions;
      expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'False', reason });
      expect(findCondition(conditions, 'Ready')?.message).toMatch(sentence);
      expect(findCondition(conditions, 'Stalled')).toMatchObject({ status: stalled });
    });
    const branch = `feature/beside-${name}`;
    await it.push(branch);
    await it.isMade(branch);
    const column = await it.cluster.kubectl(['get', 'dagrepo', name, '--namespace', namespace]);
    expect(column).toContain(reason);
    if (gitUrl || !ref) return;
    // The cause goes: the right credentials are there now.
    const right = { kind: kinds.Secret, namespace, name: ref.name };
    await it.admin.delete(right);
    await it.admin.create(aSecret(namespace, ref.name, { username: 'reader', password: 'may only read' }));
    await eventually(async () => {
      expect(findCondition((await it.repository(name))?.status?.conditions, 'Ready')).toMatchObject({
        status: 'True',
      });
    }, 90);
  },
);

let shared: Promise<GitHost> | undefined;
const privateHost = () =>
  (shared ??= GitHost.start(`${world().cluster.folder}/private`, [
    { user: 'reader', token: 'may only read', may: 'read' },
  ]));

test.concurrent('credentials that may write are not copied beside a branch’s code', async ({ expect }) => {
  const it = world();
  const host = await privateHost();
  await host.push('feature/secretive');
  const spec = { credentialsSecretRef: { ...withCredentials.credentialsSecretRef, readOnly: false } };
  await it.admin.create(aDagRepository({ namespace, name: 'writable', gitUrl: host.url, spec }));
  const name = it.nameOf('feature/secretive', 'writable');
  await previewSays(name, 'CredentialsNotReadOnly', /readOnly: true/);
  expect(await it.admin.get({ kind: kinds.Namespace, name })).toBeUndefined();
});

test.concurrent(
  'a git host that goes away takes no preview with it',
  async ({ expect }) => {
    const it = world();
    const host = await GitHost.start(`${it.cluster.folder}/failing`);
    await it.admin.create(
      aDagRepository({ namespace, name: 'failing', gitUrl: host.url, spec: { resyncInterval: '5s' } }),
    );
    await host.push('feature/kept');
    const name = it.nameOf('feature/kept', 'failing');
    const before = await it.isMade('feature/kept', name);
    for (const mood of ['down', 'refusing'] as const) {
      host.mood = mood;
      await eventually(async () => {
        expect(findCondition((await it.repository('failing'))?.status?.conditions, 'Ready')).toMatchObject({
          status: 'False',
          reason: mood === 'down' ? 'GitUnreachable' : 'GitRefused',
        });
      });
      expect((await it.preview('', name))?.metadata).toMatchObject({ uid: before.metadata.uid });
      expect((await it.preview('', name))?.metadata.deletionTimestamp).toBeUndefined();
    }
    host.mood = 'well';
    await eventually(async () => {
      expect(findCondition((await it.repository('failing'))?.status?.conditions, 'Ready')).toMatchObject({
        status: 'True',
      });
    }, 60);
    expect((await it.preview('', name))?.metadata).toMatchObject({ uid: before.metadata.uid });
  },
  120_000,
);

test.concurrent(
  'a deleted DagRepository goes after its previews; a person’s Preview stays without workloads',
  async ({ expect }) => {
    const it = world();
    const host = await GitHost.start(`${it.cluster.folder}/leaving`);
    await host.push('feature/one', 'feature/two', 'fix/mine');
    await it.admin.create(aDagRepository({ namespace, name: 'leaving', gitUrl: host.url }));
    const mine = aHandMadePreview(namespace, 'of-a-person', 'fix/mine');
    mine['spec'] = { repositoryRef: { name: 'leaving' }, branch: 'fix/mine' };
    await it.admin.create(mine);
    const names = ['feature/one', 'feature/two'].map((branch) => it.nameOf(branch, 'leaving'));
    for (const [at, branch] of ['feature/one', 'feature/two'].entries()) await it.isMade(branch, names[at]);
    await it.isMade('fix/mine', 'of-a-person');
    await it.admin.delete({ kind: kinds.DagRepository, namespace, name: 'leaving' });
    await eventually(async () => {
      const there = await Promise.all(names.map((name) => it.preview('', name)));
      // While a Preview is there, so is its DagRepository.
      if (there.some((one) => one !== undefined)) expect(await it.repository('leaving')).toBeDefined();
      expect(await it.repository('leaving')).toBeUndefined();
      expect(there).toEqual([undefined, undefined]);
    }, 60);
    for (const name of names) expect(await it.admin.get({ kind: kinds.Namespace, name })).toBeUndefined();
    await previewSays('of-a-person', 'RepositoryNotFound');
    await eventually(async () => {
      expect(
        await it.admin.get({ kind: kinds.Namespace, name: it.nameOf('fix/mine', 'leaving') }),
      ).toBeUndefined();
    });
  },
  120_000,
);
