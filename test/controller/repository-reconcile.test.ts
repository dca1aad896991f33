import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { FINALIZER } from '../../src/model/labels.ts';
import { previewName } from '../../src/model/names.ts';
import { Problem } from '../../src/model/problem.ts';
import { aPreview } from '../support/builders.ts';
import { aRepository } from './repository-world.ts';

const nameOf = (branch: string) => previewName('offshoot', 'dags', branch);
const status = 'apply DagRepository/dags/status';
const done = { kind: 'Done' };

test('each branch that matches gets a Preview with a finalizer, once, and the DagRepository its own before', async () => {
  const it = await aRepository(['feature/a', 'feature/b', 'main']);
  await it.look();
  expect(it.wrote()).toEqual([
    'patch DagRepository/dags',
    `create Preview/${nameOf('feature/a')}`,
    `create Preview/${nameOf('feature/b')}`,
    status,
  ]);
  expect(it.previews().map(({ metadata }) => metadata.finalizers)).toEqual([[FINALIZER], [FINALIZER]]);
  await it.look();
  expect(it.wrote().filter((one) => one.startsWith('create'))).toEqual([]);
});

test('its status is saved only if it says something new', async () => {
  const it = await aRepository(['feature/a']);
  await it.look();
  await it.look();
  await it.look();
  it.wrote();
  await it.look();
  expect(it.wrote()).toEqual([]);
  expect(it.repository()?.status).toMatchObject({ previews: 1, slots: '1/20', observedGeneration: 1 });
});

test('a branch that is gone takes its Preview with it, once that was seen twice, two seconds apart', async () => {
  const it = await aRepository(['feature/a', 'feature/b']);
  await it.look();
  await it.look();
  it.heads.delete('feature/a');
  it.pass(120_000);
  await it.look();
  it.wrote();
  it.pass(1_999);
  await it.look();
  expect(it.wrote()).toEqual([]);
  it.pass(1);
  await it.look();
  expect(it.wrote()[0]).toBe(`delete Preview/${nameOf('feature/a')}`);
  expect(it.preview('feature/a').metadata).toHaveProperty('deletionTimestamp');
  expect(it.preview('feature/b').metadata).not.toHaveProperty('deletionTimestamp');
});

test('a Preview that a person made outlives its branch, and says that it is missing', async () => {
  const it = await aRepository([], {}, [aPreview({ byHand: true, name: 'mine' })]);
  await it.look();
  it.pass(2_000);
  await it.look();
  expect(it.preview('feature/hardy').status).toMatchObject({ branch: { missing: true } });
});

test('a Preview that is refused is named in the condition, and tried again; the others are made', async () => {
  const it = await aRepository(['feature/a', 'feature/b']);
  const quota = new ClusterError('Forbidden', 'POST previews: 403', { said: 'exceeded quota: previews' });
  const relent = it.fail('create', 'Preview', quota, { name: nameOf('feature/a') });
  expect(await it.look()).toEqual({ kind: 'RequeueAfter', ms: 1_000 });
  expect(it.branches()).toEqual(['feature/b']);
  expect(it.condition()).toMatchObject({ status: 'True', reason: 'BranchesRefused' });
  expect(it.condition()?.message).toContain('feature/a: exceeded quota: previews.');
  expect(it.repository()?.status).toMatchObject({ refused: 1 });
  relent();
  it.pass(1_000);
  await it.look();
  expect(it.branches()).toEqual(['feature/a', 'feature/b']);
  expect(it.condition()).toMatchObject({ reason: 'Ready' });
});

test('while branches are refused and others made, one that is gone goes', async () => {
  const it = await aRepository(['feature/a', 'feature/gone']);
  await it.look();
  await it.look();
  it.heads.delete('feature/gone');
  it.heads.set('feature/new', it.heads.get('feature/a')!);
  it.fail('create', 'Preview', new ClusterError('Invalid', 'no'));
  for (const ms of [120_000, 2_000]) {
    it.pass(ms);
    await it.look();
  }
  expect(it.preview('feature/gone').metadata).toHaveProperty('deletionTimestamp');
});

test('an API server in trouble is the queue’s to wait for; afterwards all branches are listed again', async () => {
  const it = await aRepository(['feature/a', 'feature/b']);
  const error = new ClusterError('Unavailable', 'try later');
  it.fail('create', 'Preview', error, { times: 1 });
  expect(await it.look()).toEqual({ kind: 'Retry', error });
  await it.look();
  expect(it.branches()).toEqual(['feature/a', 'feature/b']);
  expect(it.state.listings).toBe(2);
});

test('a Preview whose creation was not answered is not made twice', async () => {
  const it = await aRepository(['feature/a']);
  it.fail('create', 'Preview', new ClusterError('Unreachable', 'no answer'), { times: 1, done: true });
  expect(await it.look()).toMatchObject({ kind: 'Retry' });
  it.wrote();
  await it.look();
  expect(it.wrote().filter((one) => one.startsWith('create'))).toEqual([]);
  expect(it.branches()).toEqual(['feature/a']);
});

test('a git host in trouble is said and waited for as long as it asks; nobody loses a Preview by it', async () => {
  const it = await aRepository(['feature/a']);
  await it.look();
  await it.look();
  const trouble = new Problem('GitUnreachable', 'It does not answer.', { retryAfterMs: 60_000 });
  it.state.trouble = trouble;
  it.pass(120_000);
  expect(await it.look()).toEqual({ kind: 'Retry', error: trouble, ms: 60_000 });
  expect(it.condition()).toMatchObject({ status: 'False', reason: 'GitUnreachable' });
  it.state.trouble = undefined;
  it.pass(59_000);
  expect(await it.look()).toMatchObject({ kind: 'Retry', error: trouble });
  it.pass(1_000);
  await it.look();
  expect(it.condition()).toMatchObject({ status: 'True' });
  expect(it.branches()).toEqual(['feature/a']);
});

test('suspended, it asks nobody, makes nothing and says so', async () => {
  const it = await aRepository(['feature/a'], { suspend: true });
  expect(await it.look()).toEqual(done);
  expect(it.state.listings).toBe(0);
  expect(it.previews()).toEqual([]);
  expect(it.condition()).toMatchObject({ reason: 'Suspended' });
  expect(it.condition('Stalled')).toMatchObject({ status: 'True' });
  await it.edit({ spec: { suspend: false } });
  await it.look();
  expect(it.branches()).toEqual(['feature/a']);
});

test('a spec that cannot be read changes nothing, keeps what its status said, and is named', async () => {
  const it = await aRepository(['feature/a']);
  await it.look();
  await it.look();
  it.heads.clear();
  await it.edit({ spec: { resyncInterval: 'soon' } });
  it.wrote();
  expect(await it.look()).toEqual(done);
  expect(it.wrote()).toEqual([status]);
  expect(it.condition()).toMatchObject({
    reason: 'InvalidSpec',
    message: expect.stringContaining('resyncInterval') as string,
  });
  expect(it.repository()?.status).toMatchObject({
    previews: 1,
    slots: expect.any(String) as string,
    git: expect.any(String) as string,
  });
});

test('a Secret that is missing is looked for every few seconds', async () => {
  const it = await aRepository(['feature/a'], { credentialsSecretRef: { name: 'git', readOnly: true } });
  expect(await it.look()).toEqual({ kind: 'RequeueAfter', ms: 5_000 });
  expect(it.condition()).toMatchObject({ status: 'False', reason: 'SecretMissing' });
  expect(it.previews()).toEqual([]);
});

test('deleted, it deletes the Previews that it made, waits until they are gone, and lets go; a person’s stay', async () => {
  const it = await aRepository(['feature/a'], {}, [aPreview({ byHand: true, name: 'mine' })]);
  await it.look();
  await it.look();
  await it.remove();
  expect(await it.look()).toEqual({ kind: 'RequeueAfter', ms: 5_000 });
  expect(it.preview('feature/a').metadata).toHaveProperty('deletionTimestamp');
  expect(it.preview('feature/hardy').metadata).not.toHaveProperty('deletionTimestamp');
  it.store.remove(it.preview('feature/a'));
  expect(await it.look()).toEqual(done);
  expect(it.repository()).toBeUndefined();
  expect(await it.look()).toEqual(done);
});

test('a Preview that cannot be deleted keeps no other from it, and the DagRepository where it is', async () => {
  const it = await aRepository(['feature/a', 'feature/b']);
  await it.look();
  await it.remove();
  it.fail('delete', 'Preview', new ClusterError('Internal', 'a webhook fails'), {
    name: nameOf('feature/a'),
  });
  expect(await it.look()).toMatchObject({ kind: 'Retry', error: { code: 'Internal' } });
  expect(it.preview('feature/b').metadata).toHaveProperty('deletionTimestamp');
  expect(it.repository()).toBeDefined();
});
