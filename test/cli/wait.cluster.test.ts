import { expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { aCondition, HEAD, OTHER_HEAD, URL_OF_HARDY } from '../support/builders.ts';
import { aClusterForAll } from '../support/product/cluster.ts';
import { aHandMadePreview, aNamespace } from '../support/product/manifests.ts';
import { offshoot, type Run } from './run-offshoot.ts';
import type { Condition } from '../../src/model/conditions.ts';

/** The command itself against a real API server; we play Offshoot, who writes the status. */
const cluster = aClusterForAll(
  'wait',
  ['one', 'two', 'three', 'four', 'five', 'six', 'dup-a', 'dup-b'].map(aNamespace),
);

const run = (...args: string[]): Run => offshoot([...args, '--kubeconfig', cluster().sandbox.kubeconfig]);

const make = (namespace: string, branch: string) =>
  cluster().admin.create(aHandMadePreview(namespace, 'mine', branch));

async function say(namespace: string, said: Partial<Condition>, synced?: string) {
  const status = {
    url: URL_OF_HARDY,
    conditions: [{ ...aCondition({ type: 'Ready', ...said }), lastTransitionTime: '2026-11-20T10:00:00Z' }],
    ...(synced && { commit: { synced } }),
  };
  const ref = { kind: kinds.Preview, namespace, name: 'mine' };
  await cluster().admin.patch(ref, { status }, { fieldManager: 'the-test', subresource: 'status' });
}
const well: Partial<Condition> = { status: 'True', reason: 'Ready', message: 'Open it.' };

test('a branch is waited for before it has a preview, until it is ready: its URL, and exit code 0', async () => {
  const waiting = run('wait', 'feature/one', '-n', 'one');
  await waiting.says('no preview for it yet');
  await make('one', 'feature/one');
  await waiting.says('Offshoot has not reported');
  await say('one', { reason: 'DatabaseStarting', message: 'PostgreSQL is starting.' });
  await waiting.says('feature/one: DatabaseStarting: PostgreSQL is starting.');
  await say('one', well);
  expect(await waiting.ended).toMatchObject({ code: 0, out: `${URL_OF_HARDY}\n` });
});

test('with --commit, until that commit is there', async () => {
  await make('two', 'feature/two');
  await say('two', well, OTHER_HEAD);
  const waiting = run('wait', 'feature/two', '-n', 'two', '--json', '--commit', HEAD.slice(0, 10));
  await waiting.says('OtherCommit: Airflow is ready at commit 22222222; 11111111 has not arrived.');
  await say('two', well, HEAD);
  const { code, out } = await waiting.ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    branch: 'feature/two',
    outcome: 'done',
    reason: 'Ready',
    message: 'Open it.',
    url: URL_OF_HARDY,
    commit: HEAD,
  });
});

test('a failure that lasts is exit code 1 with its sentence, and one that heals is none', async () => {
  await make('three', 'feature/three');
  await say('three', { reason: 'ImagePullFailed', message: 'Cannot pull image x.' });
  const failed = run('wait', 'feature/three', '-n', 'three', '--grace', '0s');
  expect(await failed.ended).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('ImagePullFailed: Cannot pull image x.') as string,
  });
  const patient = run('wait', 'feature/three', '-n', 'three', '--grace', '1h');
  await patient.says('ImagePullFailed');
  await say('three', well);
  expect(await patient.ended).toMatchObject({ code: 0 });
});

test('what is still pending at the time-out is exit code 8', async () => {
  await make('four', 'feature/four');
  const waiting = run('wait', 'feature/four', '-n', 'four', '--timeout', '1s');
  expect(await waiting.ended).toMatchObject({ code: 8, out: '' });
});

test('with --for gone, until there is no such preview', async () => {
  await make('five', 'feature/five');
  const waiting = run('wait', 'feature/five', '-n', 'five', '--for', 'gone');
  await waiting.says('Exists');
  await cluster().admin.delete({ kind: kinds.Preview, namespace: 'five', name: 'mine' });
  expect(await waiting.ended).toMatchObject({ code: 0 });
  expect(await run('wait', 'feature/never', '--for', 'gone').ended).toMatchObject({ code: 0 });
});

test('a branch of two repositories that appear while it is waited for is an error that lists both', async () => {
  const waiting = run('wait', 'feature/dup');
  await waiting.says('no preview for it yet');
  await make('dup-a', 'feature/dup');
  await make('dup-b', 'feature/dup');
  const { code, err } = await waiting.ended;
  expect(code).toBe(1);
  expect(err).toContain('dup-a/mine (DagRepository dags), dup-b/mine (DagRepository dags)');
});

test('who may not list previews everywhere is told so at once, and may still wait in one namespace', async () => {
  await make('six', 'feature/six');
  await say('six', well);
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  const rule = { apiGroups: ['offshoot.dev'], resources: ['previews'], verbs: ['list', 'watch'] };
  const metadata = { name: 'reader', namespace: 'six' };
  const role = { ...rbac, kind: 'Role', metadata, rules: [rule] };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'dana' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  const binding = { ...rbac, kind: 'RoleBinding', metadata, subjects, roleRef };
  await cluster().kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: [role, binding] });
  const dana = await cluster().sandbox.issueKubeconfig('dana');
  const everywhere = await offshoot(['wait', 'feature/six', '--kubeconfig', dana]).ended;
  expect(everywhere).toMatchObject({ code: 1, out: '' });
  expect(everywhere.err).toMatch(/forbidden.*cannot list resource "previews".*use --namespace/);
  const there = await offshoot(['wait', 'feature/six', '-n', 'six', '--kubeconfig', dana]).ended;
  expect(there).toMatchObject({ code: 0, out: `${URL_OF_HARDY}\n` });
});

test('a context that is not there is an error that names those that are; one that is, is used', async () => {
  const wrong = await run('ls', '--context', 'prod').ended;
  expect(wrong.code).toBe(1);
  const [, known] = /no context "prod": choose one of (\S+)/.exec(wrong.err) ?? [];
  expect(known, wrong.err).toBeDefined();
  expect(await run('ls', '--context', known!).ended).toMatchObject({ code: 0, err: '' });
});

test('a cluster without Offshoot’s kinds is told how to get them', async () => {
  const { kubectl } = cluster();
  await kubectl(['delete', 'crd', 'previews.offshoot.dev', '--timeout=60s']);
  const { code, err } = await run('ls').ended;
  expect(code).toBe(1);
  expect(err).toMatch(/CRDs are not installed in https:.*kubectl apply -f helm\/offshoot\/crd/);
});
