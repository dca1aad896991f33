import { afterAll, beforeAll, expect, test } from 'vitest';
import { setTimeout as wait } from 'node:timers/promises';
import { deliver, type Delivery } from '../../demo/git-server/deliver.ts';
import { list } from '../../demo/kubectl.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { FakeGithub } from '../support/github/fake-github.ts';
import { eventually } from '../support/product/eventually.ts';
import { aDagRepository, aSecret } from '../support/product/manifests.ts';
import { statusOf, tell, type Told } from '../support/product/webhooks.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { App, Repository } from '../support/github/state.ts';

const KEY = 'the key of the App';
const NAME = 'on-github';
const { namespace } = World;
const world = aWorld('github', { flags: ['--github-webhook-secret', `${namespace}/app-webhook`] });
const SOME_HEAD = 'a'.repeat(40);

let github: FakeGithub;
let dags: Repository;
let app: App;

beforeAll(async () => {
  github = await FakeGithub.start();
  dags = github.addRepository('acme/dags');
  app = github.addApp();
  github.install(app, dags);
  await install(app, 'github-app');
  await world().cluster.kubectl(
    ['apply', '-f', '-'],
    list([aSecret(namespace, 'app-webhook', { current: KEY })]),
  );
  await onGithub(NAME, 'dags', 'github-app');
}, 120_000);
afterAll(() => github.stop());

const install = (one: App, secret: string) =>
  world().cluster.kubectl(
    ['apply', '-f', '-'],
    list([aSecret(namespace, secret, { 'app-id': one.id, 'private-key': one.privateKey })]),
  );

/** A DagRepository that says nothing of readOnly, and has no webhook key of its own. */
const onGithub = (name: string, repository: string, secret: string) =>
  world().admin.create(
    aDagRepository({
      namespace,
      name,
      gitUrl: '',
      spec: {
        git: undefined,
        webhookSecretRef: undefined,
        github: { owner: 'acme', name: repository, apiUrl: github.apiUrl },
        credentialsSecretRef: { name: secret },
      },
    }),
  );

const appRoute = () => `${world().offshoot.webhooks}/webhooks/github`;
const accepted = (deliveries: Delivery[]) =>
  expect(deliveries.map(statusOf)).toEqual(deliveries.map(() => 202));
const told = async (what: Told) => accepted(await tell(appRoute(), what, KEY));
const tellOf = async (event: string, payload: object) =>
  accepted([await deliver({ event: event as 'push', ref: '', payload }, { url: appRoute(), secret: KEY })]);

async function push(branch: string) {
  const [head] = github.push(dags, branch);
  await told({ ref: `refs/heads/${branch}`, after: head! });
}
const nameOf = (branch: string, repository = NAME) => world().nameOf(branch, repository);
const isMade = (branch: string, repository = NAME) => world().isMade(branch, nameOf(branch, repository));
const previewOf = (branch: string) => world().preview(branch, nameOf(branch));

const says = (type: 'Ready' | 'Stalled', status: 'True' | 'False', reason: string) =>
  eventually(async () => {
    const repository = await world().repository(NAME);
    expect(findCondition(repository?.status?.conditions, type)).toMatchObject({ status, reason });
    return findCondition(repository?.status?.conditions, type)!.message;
  });

const credentialsOf = (branch: string, repository = NAME) =>
  world().admin.get<KubeObject & { data: Record<string, string> }>({
    kind: kinds.Secret,
    namespace: nameOf(branch, repository),
    name: 'git-credentials',
  });

/** The token in what git includes; the file's form is git's. */
function tokenIn(secret: { data: Record<string, string> } | undefined): string {
  const file = Buffer.from(secret?.data['gitconfig'] ?? '', 'base64').toString();
  const [, login = ''] =
    /^\[http "http:\/\/127\.0\.0\.1:\d+\/"\]\n\textraHeader = "Authorization: Basic (\S+)"\n$/.exec(file) ??
    [];
  const [user, token = ''] = Buffer.from(login, 'base64').toString().split(':');
  expect(user).toBe('x-access-token');
  return token;
}

test('a repository of GitHub is ready, with its number pinned and what git clones', async () => {
  const { status } = await world().repositoryIsReady(NAME);
  await eventually(async () =>
    expect((await world().repository(NAME))?.status).toMatchObject({ repositoryId: dags.id }),
  );
  expect(status?.git).toBe(`${new URL(github.apiUrl).origin}/acme/dags.git`);
});

test('a push told on the App’s route makes the preview, whose git-sync gets a token that may only read this repository', async () => {
  await push('feature/hardy');
  await isMade('feature/hardy');
  const secret = await credentialsOf('feature/hardy');
  const token = github.tokens.get(tokenIn(secret))!;
  expect([...token.repositories]).toEqual([dags.id]);
  expect(token.permissions).toEqual({ contents: 'read', metadata: 'read' });
  expect(secret?.metadata.annotations?.['offshoot.dev/expires']).toBe(
    new Date(token.expiresAt).toISOString(),
  );
});

test('neither the App’s key nor a token is in anything but Secrets, nor in the log; the key is nowhere in the preview', async () => {
  const it = world();
  const token = tokenIn(await credentialsOf('feature/hardy'));
  const kindsOfPreview =
    'deployments,configmaps,services,serviceaccounts,rolebindings,networkpolicies,resourcequotas,events';
  const objects = await it.cluster.kubectl([
    'get',
    kindsOfPreview,
    '--namespace',
    nameOf('feature/hardy'),
    '-o',
    'yaml',
  ]);
  const previews = await it.cluster.kubectl(['get', 'previews,dagrepositories,events', '-A', '-o', 'yaml']);
  const secrets = await it.cluster.kubectl([
    'get',
    'secrets',
    '--namespace',
    nameOf('feature/hardy'),
    '-o',
    'yaml',
  ]);
  const log = JSON.stringify(it.offshoot.log);
  const login = Buffer.from(`x-access-token:${token}`).toString('base64');
  const key = app.privateKey.split('\n')[1]!;
  for (const text of [objects, previews, log])
    for (const canary of [token, login, key]) expect(text).not.toContain(canary);
  expect(objects).toContain('include.path:/etc/git-secret/gitconfig');
  expect(secrets).not.toContain(Buffer.from(key).toString('base64').slice(4, -4));
});

test('deliveries of other repositories make nothing, whoever signed them', async () => {
  const of = (id: number, full_name: string) => ({
    ref: 'refs/heads/feature/strange',
    before: '0'.repeat(40),
    after: SOME_HEAD,
    deleted: false,
    repository: { id, full_name },
  });
  await tellOf('push', of(999, 'acme/dags'));
  await tellOf('push', of(999, 'umbrella/dags'));
  expect(await previewOf('feature/strange')).toBeUndefined();
  const lines = world().offshoot.log.filter(({ result }) =>
    String(result).endsWith('no DagRepository follows it'),
  );
  expect(lines.map(({ result }) => result)).toEqual([
    'about acme/dags (999): no DagRepository follows it',
    'about umbrella/dags (999): no DagRepository follows it',
  ]);
});

test('an App that is uninstalled deletes nothing, says so at once, and installed anew goes on', async () => {
  const before = await isMade('feature/hardy');
  github.uninstall(app);
  const named = [{ id: dags.id, full_name: 'acme/dags' }];
  await tellOf('installation', { action: 'deleted', repositories: named });
  expect(await says('Ready', 'False', 'GitRefused')).toMatch(
    /is not installed for acme\/dags|does not accept/,
  );
  // Not even when somebody who has the key says that the branch is gone.
  await told({ ref: 'refs/heads/feature/hardy', before: SOME_HEAD });
  await wait(4_000); // longer than a proof of absence takes
  const during = await previewOf('feature/hardy');
  expect(during?.metadata).toMatchObject({ uid: before.metadata.uid });
  expect(during?.metadata.deletionTimestamp).toBeUndefined();
  github.install(app, dags);
  await tellOf('installation', { action: 'created', repositories: named });
  await says('Ready', 'True', 'Ready');
  expect((await previewOf('feature/hardy'))?.metadata.uid).toBe(before.metadata.uid);
});

test('a repository that is renamed deletes nothing and says how it is called; corrected, everything goes on', async () => {
  const before = await isMade('feature/hardy');
  github.rename(dags, 'acme/pipelines');
  const repository = { id: dags.id, full_name: 'acme/pipelines' };
  await tellOf('repository', { action: 'renamed', repository });
  expect(await says('Stalled', 'True', 'RepositoryMoved')).toContain('Its name is now acme/pipelines.');
  dags.branches.delete('feature/hardy');
  await told({ ref: 'refs/heads/feature/hardy', before: SOME_HEAD });
  await wait(4_000); // longer than a proof of absence takes
  expect((await previewOf('feature/hardy'))?.metadata.deletionTimestamp).toBeUndefined();
  github.push(dags, 'feature/hardy');
  await world().admin.patch(
    { kind: kinds.DagRepository, namespace, name: NAME },
    { spec: { github: { name: 'pipelines' } } },
    { fieldManager: 'test' },
  );
  // Its previews clone from the new place: they are being updated, which without a kubelet has no end.
  await says('Ready', 'False', 'Updating');
  expect((await previewOf('feature/hardy'))?.metadata.uid).toBe(before.metadata.uid);
});

test('a stranger who takes over the name gets no preview made and none removed', async () => {
  const before = (await previewOf('feature/hardy'))!;
  const [name, stranger] = [
    'acme/pipelines',
    github.addRepository('acme/other', { branches: ['feature/evil'] }),
  ];
  github.rename(dags, 'acme/archive');
  github.rename(stranger, name);
  github.formerNames.delete(name);
  github.install(app, dags, stranger);
  await tellOf('repository', { action: 'transferred', repository: { id: dags.id, full_name: name } });
  // Its token is for the number, so that not even its name shows the stranger's.
  expect(await says('Ready', 'False', 'GitRefused')).toContain(`no repository ${name} (ID ${dags.id})`);
  expect(await previewOf('feature/evil')).toBeUndefined();
  expect((await previewOf('feature/hardy'))?.metadata).toMatchObject({ uid: before.metadata.uid });
  github.rename(stranger, 'acme/other');
  github.rename(dags, name);
  github.formerNames.clear();
  await tellOf('repository', { action: 'renamed', repository: { id: dags.id, full_name: name } });
  await says('Ready', 'False', 'Updating');
});

test('a branch that is deleted takes its preview away', async () => {
  dags.branches.delete('feature/hardy');
  await told({ ref: 'refs/heads/feature/hardy', before: SOME_HEAD });
  await eventually(async () => {
    expect(await previewOf('feature/hardy')).toBeUndefined();
    expect(await world().admin.get({ kind: kinds.Namespace, name: nameOf('feature/hardy') })).toBeUndefined();
  }, 60);
}, 90_000);

test('a token is renewed at half of its life in its Secret alone; while GitHub is down, the old one stays until it ends', async () => {
  const it = world();
  const brief = github.addApp();
  const repository = github.addRepository('acme/brief', { branches: ['feature/brief'] });
  github.install(brief, repository);
  await install(brief, 'brief-app');
  github.tokenLifeMs = 16_000;
  await onGithub('brief', 'brief', 'brief-app');
  const preview = await eventually(() => isMade('feature/brief', 'brief'));
  const deployment = () =>
    it.admin.get({ kind: kinds.Deployment, namespace: nameOf('feature/brief', 'brief'), name: 'airflow' });
  const [first, made] = [tokenIn(await credentialsOf('feature/brief', 'brief')), await deployment()];
  await eventually(
    async () => expect(tokenIn(await credentialsOf('feature/brief', 'brief'))).not.toBe(first),
    60,
  );
  const after = await deployment();
  expect([after?.metadata.uid, after?.metadata.generation]).toEqual([
    made?.metadata.uid,
    made?.metadata.generation,
  ]);

  github.intercept = ({ segments }) => (segments[0] === 'app' ? { status: 500, body: {} } : undefined);
  await eventually(async () => {
    const now = await it.preview('', preview.metadata.name);
    expect(findCondition(now?.status?.conditions, 'Ready')).toMatchObject({ reason: 'GitUnreachable' });
  }, 60);
  const ended = Date.parse(
    (await credentialsOf('feature/brief', 'brief'))!.metadata.annotations!['offshoot.dev/expires']!,
  );
  expect(ended).toBeLessThanOrEqual(Date.now());
  github.intercept = () => undefined;
  await isMade('feature/brief', 'brief');
}, 180_000);

test('while its DagRepository is suspended a preview is left as it is, but for the token, which would end', async () => {
  const it = world();
  const secretOf = () => credentialsOf('feature/brief', 'brief');
  const suspended = (suspend: boolean) =>
    it.admin.patch(
      { kind: kinds.DagRepository, namespace, name: 'brief' },
      { spec: { suspend } },
      { fieldManager: 'test' },
    );
  await suspended(true);
  await eventually(async () =>
    expect(findCondition((await it.repository('brief'))?.status?.conditions, 'Ready')).toMatchObject({
      reason: 'Suspended',
    }),
  );
  const before = await secretOf();
  await eventually(async () => expect(tokenIn(await secretOf())).not.toBe(tokenIn(before)), 60);
  expect((await secretOf())?.metadata.uid).toBe(before?.metadata.uid);
  await suspended(false);
}, 90_000);

test('who is told to leave GitHub alone for an hour is heard at once when it asks as somebody else', async () => {
  const it = world();
  const hasty = github.addRepository('acme/hasty', { isPrivate: false });
  const other = github.addApp();
  github.install(other, hasty);
  await install(other, 'hasty-app');
  github.quota.spend('anonymous', github.quota.limit('anonymous'));
  await it.admin.create(
    aDagRepository({
      namespace,
      name: 'hasty',
      gitUrl: '',
      spec: { git: undefined, github: { owner: 'acme', name: 'hasty', apiUrl: github.apiUrl } },
    }),
  );
  const says = (reason: string) =>
    eventually(async () =>
      expect(findCondition((await it.repository('hasty'))?.status?.conditions, 'Ready')).toMatchObject({
        reason,
      }),
    );
  await says('RateLimited');
  await it.admin.patch(
    { kind: kinds.DagRepository, namespace, name: 'hasty' },
    { spec: { credentialsSecretRef: { name: 'hasty-app' } } },
    { fieldManager: 'test' },
  );
  await says('Ready');
}, 60_000);
