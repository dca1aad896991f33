import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { previewName } from '../../src/model/names.ts';
import { aRepository } from './repository-world.ts';

const three = ['feature/a', 'feature/b', 'feature/c'];

const admitted = (it: Awaited<ReturnType<typeof aRepository>>) =>
  it
    .previews()
    .flatMap(({ spec, status }) => (status?.admitted ? spec.branch : []))
    .sort();

const generations = (it: Awaited<ReturnType<typeof aRepository>>) =>
  it.branches().map((branch) => it.preview(branch).status?.revision?.generation);

test('no more are admitted than there are slots; the others know their place in line, and the DagRepository how many wait', async () => {
  const it = await aRepository(three, { maxPreviews: 1 });
  await it.look();
  await it.look();
  expect(admitted(it)).toEqual(['feature/a']);
  expect(it.preview('feature/c').status?.queue).toEqual({ place: 2, inUse: 1, max: 1 });
  expect(it.condition()?.message).toContain('1 of 1 previews are in use, 2 wait in line.');
});

test('a slot is free again only once the namespace is gone', async () => {
  const it = await aRepository(three.slice(0, 2), { maxPreviews: 1 });
  await it.look();
  await it.look();
  await it.previewsFollow();
  it.heads.delete('feature/a');
  for (const ms of [120_000, 2_000]) {
    it.pass(ms);
    await it.look();
  }
  await it.reconcilePreview(it.preview('feature/a'));
  await it.look();
  expect(admitted(it)).toEqual(['feature/a']);
  it.collect();
  await it.reconcilePreview(it.preview('feature/a'));
  await it.look();
  expect(admitted(it)).toEqual(['feature/b']);
});

test('slots and URLs are granted while the git host is silent', async () => {
  const it = await aRepository(three, { maxPreviews: 1 });
  await it.look();
  await it.look();
  it.state.trouble = new Error('it does not answer');
  await it.edit({ spec: { maxPreviews: 3 } });
  expect(await it.look()).toMatchObject({ kind: 'Retry' });
  expect(admitted(it)).toEqual(three);
});

test('a changed template reaches two at a time, and the next once one of them works', async () => {
  const it = await aRepository(three);
  await it.look();
  await it.look();
  await it.previewsFollow();
  await it.edit({ spec: { database: { image: 'postgres:18' } } });
  await it.look();
  expect(generations(it)).toEqual([2, 2, 1]);
  expect(it.condition()).toMatchObject({ reason: 'Updating' });
  it.pass(1_000);
  // Their pods are made anew of the new template.
  await it.reconcilePreview(it.preview('feature/a'));
  for (const pod of it.store.list().filter(({ kind }) => kind === 'Pod')) it.store.remove(pod);
  await it.previewsFollow();
  await it.look();
  await it.previewsFollow();
  expect(generations(it)).toEqual([2, 2, 2]);
});

test('a change that renders the same reaches nobody', async () => {
  const it = await aRepository(three);
  await it.look();
  await it.look();
  await it.previewsFollow();
  await it.look();
  it.wrote();
  await it.edit({ spec: { resyncInterval: '5m' } });
  await it.look();
  expect(generations(it)).toEqual([1, 1, 1]);
  expect(it.wrote()).toEqual(['patch DagRepository/dags', 'apply DagRepository/dags/status']);
});

test('a Preview whose grant is refused is named, and keeps no other from its own', async () => {
  const it = await aRepository(three);
  await it.look();
  const name = previewName('offshoot', 'dags', 'feature/a');
  const refusal = new ClusterError('Invalid', 'PATCH previews: 422', { said: 'status.url: too long' });
  const relent = it.fail('apply', 'Preview', refusal, { name });
  await it.look();
  expect(admitted(it)).toEqual(['feature/b', 'feature/c']);
  expect(it.condition()).toMatchObject({ reason: 'BranchesRefused' });
  expect(it.condition()?.message).toContain('feature/a: status.url: too long.');
  relent();
  it.pass(1_000);
  await it.look();
  expect(admitted(it)).toEqual(three);
});

test('grants that cannot be saved are tried again, and what was heard is asked for again', async () => {
  const it = await aRepository(three);
  await it.look();
  it.fail('apply', 'Preview', new ClusterError('Unavailable', 'try later'), { times: 1 });
  expect(await it.look()).toMatchObject({ kind: 'Retry', error: { code: 'Unavailable' } });
  await it.look();
  expect(admitted(it)).toEqual(three);
  expect(it.state.listings).toBe(2);
});

test('a cache that lags behind grants no slot twice', async () => {
  const it = await aRepository(three, { maxPreviews: 1 });
  await it.look();
  it.watches.hold();
  await it.look();
  await it.edit({ metadata: { labels: { touched: 'yes' } } });
  await it.look();
  it.watches.release();
  await it.look();
  expect(admitted(it)).toHaveLength(1);
});
