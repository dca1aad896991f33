import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { list } from '../../demo/kubectl.ts';
import { listen, type Listening } from '../../demo/listen.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { eventually } from '../support/product/eventually.ts';
import {
  aDagRepository,
  aSecret,
  CHANNEL,
  secretNames,
  withCredentials,
  withSlack,
} from '../support/product/manifests.ts';
import { statusOf, tell } from '../support/product/webhooks.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';

const { namespace } = World;
const world = aWorld('secrets', { privately: true, spec: { ...withCredentials, ...withSlack } });
const SOME_HEAD = 'a'.repeat(40);

/** A git host of somebody who may create DagRepositories: it asks everybody for credentials, and keeps what it gets. */
let greedy: Listening;
const got: string[] = [];
beforeAll(async () => {
  const server = createServer(({ headers }, response) => {
    got.push(headers.authorization ?? '');
    response.writeHead(401, { 'www-authenticate': 'Basic realm="yours"' }).end();
  });
  greedy = await listen(server, '127.0.0.1', 0);
});
afterAll(() => greedy.stop());
const credentialsGot = () => got.filter(Boolean);

/** The Ready condition of a DagRepository, once it has this reason. */
const says = (name: string, reason: string, status: 'True' | 'False') =>
  eventually(async () => {
    const conditions = (await world().repository(name))?.status?.conditions;
    const ready = findCondition(conditions, 'Ready');
    expect(ready).toMatchObject({ reason, status });
    return { ...ready!, stalled: findCondition(conditions, 'Stalled')?.status };
  });

/** Does what a sentence says, word by word. */
async function obey(message: string): Promise<void> {
  const [, command] = / run: kubectl (.*)$/.exec(message) ?? [];
  expect(command, message).toBeDefined();
  await world().cluster.kubectl(command!.split(' '));
}

/** Takes Offshoot's label off a Secret, or puts it there. */
const label = (name: string, use: string | null) =>
  world().admin.patch(
    { kind: kinds.Secret, namespace, name },
    { metadata: { labels: { 'offshoot.dev/use': use } } },
    { fieldManager: 'test' },
  );

test('F5: a Secret that is not labelled for git goes to no host; labelled by the command in the status, it does within seconds', async () => {
  const it = world();
  await it.admin.create({
    ...aSecret(namespace, 'production', { username: 'root', password: 'of the database' }, 'none'),
    type: 'kubernetes.io/basic-auth',
  });
  const spec = { credentialsSecretRef: { name: 'production', readOnly: true } };
  await it.admin.create(aDagRepository({ namespace, name: 'greedy', gitUrl: `${greedy.url}/x.git`, spec }));
  const { message, stalled } = await says('greedy', 'SecretNotForOffshoot', 'False');
  expect(stalled).toBe('True');
  expect(message).toMatch(
    /^Secret production in namespace team lacks the label offshoot\.dev\/use=git, .* run: kubectl label secret production --namespace team offshoot\.dev\/use=git$/,
  );
  // Asked again several times by now and by then, and never with credentials.
  await it.restart();
  await says('greedy', 'SecretNotForOffshoot', 'False');
  expect(credentialsGot()).toEqual([]);

  await obey(message);
  await eventually(() =>
    expect(credentialsGot()).toContain(`Basic ${Buffer.from('root:of the database').toString('base64')}`),
  );
  await says('greedy', 'GitRefused', 'False');
  await it.admin.delete({ kind: kinds.DagRepository, namespace, name: 'greedy' });
});

test('F5: the token of a ServiceAccount goes to no host, whatever its Secret is labelled', async () => {
  const it = world();
  got.length = 0;
  const account = { name: 'powerful', namespace };
  await it.admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  const secret: KubeObject = {
    ...aSecret(namespace, 'powerful-token', { token: 'a-token' }, 'git'),
    type: 'kubernetes.io/service-account-token',
  };
  secret.metadata.annotations = { 'kubernetes.io/service-account.name': account.name };
  await it.admin.create(secret);
  const spec = { credentialsSecretRef: { name: 'powerful-token', readOnly: true } };
  await it.admin.create(aDagRepository({ namespace, name: 'thief', gitUrl: `${greedy.url}/y.git`, spec }));
  const { message } = await says('thief', 'SecretNotForOffshoot', 'False');
  expect(message).toContain('is of type kubernetes.io/service-account-token, which Offshoot never uses');
  await label('powerful-token', null);
  await eventually(async () =>
    expect((await says('thief', 'SecretNotForOffshoot', 'False')).message).toContain('lacks the label'),
  );
  expect(credentialsGot()).toEqual([]);
  await it.admin.delete({ kind: kinds.DagRepository, namespace, name: 'thief' });
});

test('F5: a Secret for Slack or webhooks is none for git', async () => {
  const it = world();
  got.length = 0;
  const spec = { credentialsSecretRef: { name: secretNames.slack, readOnly: true } };
  await it.admin.create(aDagRepository({ namespace, name: 'mixer', gitUrl: `${greedy.url}/z.git`, spec }));
  const { message } = await says('mixer', 'SecretNotForOffshoot', 'False');
  expect(message).toContain('is not labelled offshoot.dev/use=git');
  expect(got).toEqual([]);
  await it.admin.delete({ kind: kinds.DagRepository, namespace, name: 'mixer' });
});

test('F5: a label that is missing after an upgrade takes nothing away; set, everything is caught up', async () => {
  const it = world();
  await it.push('feature/before');
  const before = await it.isMade('feature/before');
  await label(secretNames.credentials, null);
  await it.restart();
  const { message } = await says('dags', 'SecretNotForOffshoot', 'False');
  await it.push('feature/meanwhile');
  await eventually(async () => {
    const conditions = (await it.preview('feature/meanwhile'))?.status?.conditions;
    expect(findCondition(conditions, 'Ready')).toMatchObject({ reason: 'SecretNotForOffshoot', message });
  });
  expect(await it.namespaceOf('feature/meanwhile')).toBeUndefined();
  const during = await it.preview('feature/before');
  expect(during?.metadata).toMatchObject({ uid: before.metadata.uid });
  expect((await it.namespaceOf('feature/before'))?.metadata.deletionTimestamp).toBeUndefined();

  await obey(message);
  await it.isMade('feature/meanwhile');
  await it.isMade('feature/before');
  await it.delete('feature/before', 'feature/meanwhile');
  await it.isGone('feature/before', 'feature/meanwhile');
}, 120_000);

test('F5: a webhook Secret that is not labelled, or not there, leaves the door closed, and the DagRepository says so', async () => {
  const it = world();
  const deliver = async () =>
    (await tell(it.route('deaf'), { ref: 'refs/heads/other', after: SOME_HEAD }, 'the key')).map(statusOf);
  const spec = { ...withCredentials, webhookSecretRef: { name: 'deaf-webhook' } };
  await it.admin.create(aDagRepository({ namespace, name: 'deaf', gitUrl: it.git.url, spec }));
  expect((await says('deaf', 'SecretMissing', 'True')).message).toMatch(
    /branches are listed every 1h; but webhook deliveries are refused: Secret deaf-webhook in namespace team does not exist\.$/,
  );
  expect(await deliver()).toEqual([401, 401]);
  await it.admin.create(aSecret(namespace, 'deaf-webhook', { current: 'the key' }, 'none'));
  const { message } = await says('deaf', 'SecretNotForOffshoot', 'True');
  expect(await deliver()).toEqual([401, 401]);
  await obey(message);
  await says('deaf', 'Ready', 'True');
  await eventually(async () => expect(await deliver()).toEqual([202, 202]));
  await it.admin.delete({ kind: kinds.DagRepository, namespace, name: 'deaf' });
});

test('F5: a Slack Secret that is not labelled is said on the preview, and sent nowhere', async () => {
  const it = world();
  const branch = 'feature/quiet';
  const told = () => it.slack.messages(CHANNEL).filter(({ content }) => content.text.includes(branch));
  await label(secretNames.slack, null);
  await it.restart();
  await it.push(branch);
  await it.isMade(branch);
  const condition = await eventually(async () => {
    const found = findCondition((await it.preview(branch))?.status?.conditions, 'Notified');
    expect(found).toMatchObject({ status: 'False', reason: 'SecretNotForOffshoot' });
    return found!;
  });
  expect(condition.message).toContain('kubectl label secret slack --namespace team offshoot.dev/use=slack');
  expect(told()).toEqual([]);
  await label(secretNames.slack, 'slack');
  await eventually(() => expect(told()).toHaveLength(1), 60);
}, 120_000);

test('what spec.airflow.env takes from Secrets is copied once it may be, follows them, and goes with the field', async () => {
  const it = world();
  const branch = 'variables/hardy';
  const name = it.nameOf(branch, 'variables');
  const envWith = (key: string) => [
    { name: 'STAGE', value: 'preview' },
    { name: 'AIRFLOW_CONN_WAREHOUSE', valueFrom: { secretKeyRef: { name: 'warehouse', key } } },
  ];
  const waitsFor = (reason: string) =>
    eventually(async () => {
      const ready = findCondition((await it.preview(branch, name))?.status?.conditions, 'Ready');
      expect(ready).toMatchObject({ reason, status: 'False' });
      return ready!.message;
    });
  const copy = async () => {
    const where = { kind: kinds.Secret, namespace: name, name: 'airflow-env' };
    const data = (await it.admin.get<KubeObject & { data: Record<string, string> }>(where))?.data;
    const decoded = (text: string) => Buffer.from(text, 'base64').toString();
    return data && Object.entries(data).map(([key, text]) => `${key}=${decoded(text)}`);
  };
  const airflow = async () =>
    (await it.admin.get({ kind: kinds.Deployment, namespace: name, name: 'airflow' }))?.metadata.generation;
  const setEnv = (env: object[]) =>
    it.admin.patch(
      { kind: kinds.DagRepository, namespace, name: 'variables' },
      { spec: { airflow: { env } } },
      { fieldManager: 'test' },
    );

  await it.git.push(branch);
  const spec = {
    ...withCredentials,
    branches: { include: ['variables/**'] },
    resyncInterval: '5s',
    airflow: { env: envWith('uri') },
  };
  await it.admin.create(aDagRepository({ namespace, name: 'variables', gitUrl: it.git.url, spec }));
  expect(await waitsFor('SecretMissing')).toMatch(
    /^There is no Secret warehouse in namespace team, .* for AIRFLOW_CONN_WAREHOUSE\. Create it with the key uri/,
  );
  const values = { uri: 'first', second: 'another' };
  await it.admin.create(aSecret(namespace, 'warehouse', values, 'none'));
  const message = await waitsFor('SecretNotForOffshoot');
  expect(await it.admin.get({ kind: kinds.Namespace, name }), 'nothing is half there').toBeUndefined();

  await obey(message);
  await it.isMade(branch, name);
  expect(await copy()).toEqual(['AIRFLOW_CONN_WAREHOUSE=first']);
  const before = (await airflow())!;

  await it.admin.patch(
    { kind: kinds.Secret, namespace, name: 'warehouse' },
    { stringData: { uri: 'renewed' } },
    { fieldManager: 'test' },
  );
  await eventually(async () => expect(await copy()).toEqual(['AIRFLOW_CONN_WAREHOUSE=renewed']));
  await eventually(async () => expect(await airflow()).toBe(before + 1));

  await setEnv(envWith('second'));
  await eventually(async () => expect(await copy()).toEqual(['AIRFLOW_CONN_WAREHOUSE=another']));
  await eventually(async () => expect(await airflow()).toBe(before + 2));

  await setEnv([]);
  await eventually(async () => expect(await copy()).toBeUndefined());
  await it.git.remove(branch);
  await eventually(async () => expect(await it.preview(branch, name)).toBeUndefined(), 60);
  await it.admin.delete({ kind: kinds.DagRepository, namespace, name: 'variables' });
}, 180_000);

test('F5: whose keys git-sync’s word is checked with is not for the status to say', async () => {
  const it = world();
  const branch = 'feature/hardy';
  await it.push(branch);
  const { metadata } = await it.isMade(branch);
  const keys = await it.admin.get<KubeObject & { data: Record<string, string> }>({
    kind: kinds.Secret,
    namespace: it.nameOf(branch),
    name: 'airflow-keys',
  });
  const token = Buffer.from(keys!.data['synced-token']!, 'base64').toString();
  const strange = 'of-somebody-else';
  const labels = { 'offshoot.dev/preview-uid': metadata.uid! };
  await it.admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: strange } });
  const forged = aSecret(strange, 'airflow-keys', { 'synced-token': 'forged' }, 'none');
  await it.admin.create({ ...forged, metadata: { ...forged.metadata, labels } });
  const say = async (word: string) => {
    const url = `${it.offshoot.webhooks}/synced/${namespace}/${metadata.name}/${word}`;
    const headers = { 'gitsync-hash': SOME_HEAD };
    return (await fetch(url, { method: 'POST', headers })).status;
  };
  // Nobody writes the status while nothing happens: what is forged is there when it counts.
  await it.admin.patch(
    { kind: kinds.Preview, namespace, name: metadata.name },
    { status: { namespace: strange } },
    { fieldManager: 'test', subresource: 'status' },
  );
  expect(await say('forged')).toBe(401);
  expect(await say(token)).toBe(200);
});

test('F5: the policy of docs/rights.md keeps DagRepositories to the hosts that it names', async () => {
  const it = world();
  const page = await readFile(new URL('../../docs/rights.md', import.meta.url), 'utf8');
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  await it.cluster.kubectl(
    ['apply', '-f', '-'],
    list(parseAllDocuments(text.replaceAll(/^ {2}/gm, '')).map((one) => one.toJS() as object)),
  );
  let tries = 0;
  // Each of its own name: one that was let in is deleted in its own time.
  const create = (gitUrl: string, spec: Record<string, unknown> = {}) =>
    it.admin.create(aDagRepository({ namespace, name: `limited-${++tries}`, gitUrl, spec }));
  // A policy takes a moment to be known to the API server.
  await eventually(async () => {
    const made = create('https://git.example.org/dags.git');
    await made.then(
      ({ metadata: { name } }) => it.admin.delete({ kind: kinds.DagRepository, namespace, name }),
      () => undefined,
    );
    await expect(made).rejects.toThrow('spec.git.url must be on git.example.com');
  });
  const elsewhere = { owner: 'acme', name: 'dags', apiUrl: 'https://api.example.org' };
  await expect(create('', { git: undefined, github: elsewhere })).rejects.toThrow('must be on github.com');
  await expect(
    create('https://git.example.com/dags.git', { url: { base: 'https://example.org' } }),
  ).rejects.toThrow('spec.url.base must be below example.com');
  await create('https://git.example.com/dags.git', { suspend: true });
}, 60_000);
