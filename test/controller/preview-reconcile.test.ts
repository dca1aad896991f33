import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { FINALIZER } from '../../src/model/labels.ts';
import { namespaceOf } from '../../src/model/preview.ts';
import { aPreview, aRawDagRepository } from '../support/builders.ts';
import { aProduct, inMemory } from '../support/memory-product.ts';
import { aGrantedPreview, BRANCH } from './preview-world.ts';

const after = (ms: number) => ({ kind: 'RequeueAfter', ms });

test('what a granted branch needs is made, the namespace first and pods last, and then its status says what it waits for', async () => {
  const it = await aGrantedPreview();
  expect(await it.look()).toEqual(after(5_000));
  const wrote = it.wrote();
  expect(wrote[0]).toBe(`create Namespace/${it.namespace}`);
  const pods = wrote.findIndex((one) => one.startsWith('apply Deployment/'));
  for (const fence of ['NetworkPolicy/isolation', 'ResourceQuota/preview', 'RoleBinding/worker'])
    expect(wrote.indexOf(`apply ${fence}`)).toBeLessThan(pods);
  expect(wrote.at(-2)).toBe(`apply Preview/${it.preview().metadata.name}/status`);
  expect(it.ready()).toMatchObject({ status: 'False', reason: 'DatabaseStarting' });
  expect(it.preview().status).toMatchObject({ namespace: it.namespace, repositoryGeneration: 1 });
});

test('a second look at the same world writes nothing', async () => {
  const it = await aGrantedPreview();
  await it.look();
  it.wrote();
  it.pass(5_000);
  await it.look();
  expect(it.wrote()).toEqual([]);
});

test('a look while the caches have yet to hear of what was made makes nothing twice', async () => {
  const it = await aGrantedPreview();
  it.watches.hold();
  await it.look();
  const made = it.inside();
  await it.look();
  it.watches.release();
  expect(it.inside()).toEqual(made);
});

test('it is ready once its pods are and Airflow says so, which is asked twice a second until then', async () => {
  const it = await aGrantedPreview();
  await it.look();
  await it.runPods();
  expect(await it.look()).toEqual(after(500));
  expect(it.ready()).toMatchObject({ status: 'False', reason: 'AirflowStarting' });
  it.airflow.health = { answers: true, waitingFor: [] };
  expect(await it.look()).toEqual(after(20_000));
  expect(it.ready()).toMatchObject({ status: 'True', reason: 'Ready' });
  const events = it.store.list().filter(({ kind }) => kind === 'Event');
  expect(events.map((one) => one['reason'])).toEqual(['DatabaseStarting', 'AirflowStarting', 'Ready']);
});

test('what somebody deletes or changes is put back', async () => {
  const it = await aGrantedPreview();
  await it.start();
  it.store.remove(it.inside().find(({ kind }) => kind === 'ServiceAccount')!);
  await it.look();
  expect(it.wrote()).toEqual(['apply ServiceAccount/airflow']);
});

test('a changed DagRepository changes nothing before its turn has come, and then what differs', async () => {
  const it = await aGrantedPreview();
  await it.start();
  await it.edit({ spec: { database: { image: 'postgres:18' } } });
  await it.look();
  expect(it.wrote().filter((one) => !one.endsWith('/dags'))).toEqual([]);
  expect(it.ready()).toMatchObject({ status: 'True' });

  await it.reconcileRepository();
  it.wrote();
  await it.look();
  expect(it.wrote()).toContain('apply Deployment/postgres');
  expect(it.preview().status).toMatchObject({ repositoryGeneration: 2 });
});

test('after an error in the middle what is there is said, and not the error yet; the next look makes what is missing', async () => {
  const it = await aGrantedPreview();
  const error = new ClusterError('Unavailable', 'try later');
  const relent = it.fail('apply', 'Deployment', error, { name: 'airflow' });
  expect(await it.look()).toEqual({ kind: 'Retry', error });
  expect(it.ready()).toMatchObject({ status: 'False', reason: 'DatabaseStarting' });
  expect(it.preview().status).not.toHaveProperty('rendering');
  relent();
  it.wrote();
  await it.look();
  expect(it.wrote()).toContain('apply Deployment/airflow');
  expect(it.ready()).toMatchObject({ reason: 'DatabaseStarting' });
});

test('what the API server refuses is said, logged, and tried again soon', async () => {
  const it = await aGrantedPreview();
  const relent = it.fail('apply', 'Deployment', new ClusterError('Forbidden', 'exceeded quota'), {
    name: 'airflow',
  });
  expect(await it.look()).toEqual(after(5_000));
  expect(it.ready()).toMatchObject({
    reason: 'Refused',
    message: 'exceeded quota. Offshoot retries at least every minute.',
  });
  expect(it.logged).toContainEqual(expect.objectContaining({ msg: 'not applied, retrying' }));
  relent();
  await it.look();
  expect(it.ready()).toMatchObject({ reason: 'DatabaseStarting' });
});

test('what works goes on being open when a change of it is refused', async () => {
  const it = await aGrantedPreview();
  await it.start();
  await it.edit({ spec: { database: { image: 'postgres:18' } } });
  await it.reconcileRepository();
  it.fail('apply', 'Deployment', new ClusterError('Invalid', 'no such image'));
  await it.look();
  expect(it.ready()).toMatchObject({ status: 'True', reason: 'Refused' });
  expect(it.preview().status).toMatchObject({ repositoryGeneration: 1 });
});

test('a status that cannot be saved is thrown, and saved by the next look', async () => {
  const it = await aGrantedPreview();
  it.fail('apply', 'Preview', new ClusterError('Unreachable', 'no answer'), { times: 1 });
  await expect(it.look()).rejects.toMatchObject({ code: 'Unreachable' });
  expect(it.ready()).toBeUndefined();
  await it.look();
  expect(it.ready()).toMatchObject({ reason: 'DatabaseStarting' });
});

test('a status whose answer got lost is not written again', async () => {
  const it = await aGrantedPreview();
  it.fail('apply', 'Preview', new ClusterError('Unreachable', 'no answer'), { times: 1, done: true });
  await expect(it.look()).rejects.toMatchObject({ code: 'Unreachable' });
  it.wrote();
  await it.look();
  expect(it.wrote()).toEqual([]);
});

const byHand = aPreview({ byHand: true, name: 'mine', branch: BRANCH, uid: 'by-hand' });

test('a Preview that a person made gets the finalizer before anything is made for it', async () => {
  const it = await aGrantedPreview([byHand]);
  await it.look();
  expect(it.wrote().slice(0, 2)).toEqual(['patch Preview/mine', `create Namespace/${it.namespace}`]);
  expect(it.preview().metadata.finalizers).toEqual([FINALIZER]);
});

test('where the finalizer cannot be put on, nothing is made', async () => {
  const it = await aGrantedPreview([byHand]);
  it.fail('patch', 'Preview', new ClusterError('Conflict', 'it was changed since'));
  expect(await it.look()).toMatchObject({ kind: 'Retry', error: { code: 'Conflict' } });
  expect(it.wrote().filter((one) => !/\/status|Event/.test(one))).toEqual([]);
});

test('a stranger’s namespace of its name is not touched; once that is gone, the preview is made', async () => {
  const stranger = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaceOf(aPreview()) } };
  const it = await aGrantedPreview([stranger]);
  expect(await it.look()).toEqual(after(5_000));
  expect(it.ready()).toMatchObject({ reason: 'NamespaceTaken' });
  expect(it.inside()).toEqual([]);
  it.store.remove(it.store.list().find(({ kind }) => kind === 'Namespace')!);
  it.wrote();
  await it.look();
  expect(it.wrote()[0]).toBe(`create Namespace/${it.namespace}`);
});

test('a stranger’s object inside is not taken over, and is named', async () => {
  const metadata = { name: 'isolation', namespace: namespaceOf(aPreview()) };
  const it = await aGrantedPreview();
  await it.look();
  const [policy] = it.inside().filter((one) => one.metadata.name === 'isolation');
  it.store.remove(policy!);
  await it.cluster.create({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: {} });
  await it.look();
  expect(it.ready()).toMatchObject({ reason: 'NamespaceTaken' });
  expect(it.ready()?.message).toContain('NetworkPolicy');
});

test('an invalid DagRepository changes nothing of what runs, and says so', async () => {
  const it = await aGrantedPreview();
  await it.start();
  const before = it.inside().length;
  await it.edit({ spec: { resyncInterval: 'soon' } });
  it.wrote();
  await it.look();
  expect(it.ready()).toMatchObject({ status: 'True', reason: 'RepositoryStalled' });
  expect(it.wrote().filter((one) => !one.includes('/status') && !one.includes('Event'))).toEqual([]);
  expect(it.inside()).toHaveLength(before);
});

test('nothing is made for a branch without a slot; it says its place in line', async () => {
  const it = await aGrantedPreview([], { maxPreviews: 0 });
  it.pass(2_000);
  await it.look();
  expect(it.ready()).toMatchObject({
    reason: 'Queued',
    message: expect.stringContaining('1st in line') as string,
  });
  expect(it.inside()).toEqual([]);
});

test('that a new branch is being looked up is worth a write only if it takes two seconds', async () => {
  const preview = aPreview({ createdAt: '2026-11-20T10:00:00Z' });
  const world = await aProduct([aRawDagRepository(inMemory()), preview]);
  expect(await world.reconcilePreview(preview)).toEqual(after(2_000));
  expect(world.journal).toEqual([]);
  world.pass(2_000);
  await world.reconcilePreview(preview);
  expect(world.journal).toEqual([`apply Preview/${preview.metadata.name}/status`]);
});

test('a Preview that cannot be read is left alone, and one that is not there is done with', async () => {
  const unreadable = { ...aPreview(), spec: { branch: BRANCH } };
  const world = await aProduct([aRawDagRepository(inMemory()), unreadable]);
  expect(await world.reconcilePreview(aPreview())).toEqual({ kind: 'Done' });
  expect(world.logged).toMatchObject([{ msg: 'Preview is invalid and is left alone' }]);
  expect(await world.reconcilePreview(aPreview({ branch: 'other' }))).toEqual({ kind: 'Done' });
  expect(world.journal).toEqual([]);
});
