import { describe, expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aGrantedPreview } from './preview-world.ts';
import type { ClusterErrorCode } from '../../src/cluster/errors.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';

/** What was merely tried again, and never said. */
const unsaid = ['Internal', 'TooManyRequests', 'Unavailable', 'Conflict', 'Timeout'] as const;
const said = (code: string) => ({
  reason: 'Retrying',
  message: `what was tried: ${code}. Offshoot retries at least every minute.`,
});
const anError = (code: ClusterErrorCode) => new ClusterError(code, `what was tried: ${code}`);
const world = () => aGrantedPreview();
type World = Awaited<ReturnType<typeof world>>;
const conditionsOf = ({ preview }: World) => preview().status?.conditions ?? [];
const holding = (it: World) =>
  conditionsOf(it)
    .filter(({ type, status }) => ['Ready', 'Reconciling', 'Stalled'].includes(type) && status === 'True')
    .map(({ type }) => type);

describe.each(unsaid)('B01: %s that lasts', (code) => {
  test('is told of a namespace that cannot be made', async () => {
    const it = await world();
    const relent = it.fail('create', 'Namespace', anError(code));
    expect(await it.look()).toMatchObject({ kind: 'Retry' });
    expect(it.ready()).toMatchObject({ status: 'False', reason: 'DatabaseStarting' });
    it.pass(10_000);
    await it.look();
    expect(it.ready()).toMatchObject(said(code));
    expect(holding(it)).toEqual(['Reconciling']);
    it.wrote();
    it.pass(30_000);
    await it.look();
    expect(it.wrote(), 'nothing new, no write').toEqual([]);
    relent();
    await it.look();
    expect(it.ready()).toMatchObject({ reason: 'DatabaseStarting' });
  });

  test('does not close a preview that works, nor keep one open whose Airflow is gone', async () => {
    const it = await world();
    await it.start();
    await it.edit({ spec: { database: { image: 'postgres:18' } } });
    await it.reconcileRepository();
    it.fail('apply', 'Deployment', anError(code));
    await it.look();
    expect(it.ready()).toMatchObject({ status: 'True', reason: 'Ready' });
    expect(it.preview().status?.repositoryGeneration).toBe(1);
    it.pass(10_000);
    await it.look();
    expect(it.ready()).toMatchObject({ status: 'True', reason: 'Retrying' });
    it.airflow.health = { answers: false, waitingFor: ['the scheduler'] };
    it.pass(20_000);
    await it.look();
    it.pass(20_000);
    await it.look();
    expect(it.ready()).toMatchObject({ status: 'False', ...said(code) });
    expect(findCondition(conditionsOf(it), 'AirflowHealthy')?.status).toBe('False');
  });

  test.each([
    ['the namespace itself', 'Namespace'],
    ['what the fences must let through', 'EndpointSlice'],
  ])('is told of a read: %s', async (_what, kind) => {
    const it = await world();
    for (const verb of ['get', 'list'] as const) it.fail(verb, kind, anError(code));
    expect(await it.look()).toMatchObject({ kind: 'Retry' });
    it.pass(10_000);
    await it.look();
    expect(it.ready()).toMatchObject(said(code));
    expect(it.wrote().filter((one) => !/\/status|Event/.test(one))).toEqual([]);
  });

  test('is told of a removal', async () => {
    const it = await world();
    await it.start();
    it.heads.clear();
    it.pass(120_000);
    await it.reconcileRepository();
    it.pass(2_000);
    await it.reconcileRepository();
    it.fail('delete', 'Namespace', anError(code));
    expect(await it.look()).toMatchObject({ kind: 'Retry' });
    expect(it.ready()).toMatchObject({ status: 'False', reason: 'Removing' });
    it.pass(10_000);
    await it.look();
    expect(it.ready()).toMatchObject({
      reason: 'Removing',
      message: `The preview is being removed, with everything created for it. ${said(code).message}`,
    });
  });

  const repositorySays = (it: World) => {
    const repository = it.store.get({ namespace: 'offshoot', name: 'dags' }) as DagRepository;
    return findCondition(repository.status?.conditions, 'Ready');
  };

  test('is told of a DagRepository, whatever could not be done for it', async () => {
    const it = await world();
    it.heads.set('feature/other', '3'.repeat(40));
    it.fail('create', 'Preview', anError(code));
    it.pass(120_000);
    await it.reconcileRepository();
    it.pass(10_000);
    await it.reconcileRepository();
    // What is wrong with one branch alone is told of that branch.
    const its = code === 'Internal' ? { reason: 'BranchesRefused' } : said(code);
    expect(repositorySays(it)).toMatchObject(its);
  });

  test('is told of a DagRepository that goes', async () => {
    const it = await world();
    await it.cluster.delete({ kind: kinds.DagRepository, namespace: 'offshoot', name: 'dags' });
    it.fail('delete', 'Preview', anError(code));
    expect(await it.reconcileRepository()).toMatchObject({ kind: 'Retry' });
    it.pass(10_000);
    await it.reconcileRepository();
    expect(repositorySays(it)).toMatchObject({ status: 'False', ...said(code) });
  });
});

test('B01: a refusal or a silent webhook keeps a removal from going on, and is told at once', async () => {
  const it = await world();
  await it.start();
  await it.editPreview({ spec: { suspend: true } });
  it.fail('delete', 'Namespace', anError('WebhookFailed'));
  await it.look();
  expect(it.ready()).toMatchObject({
    status: 'False',
    reason: 'RemovalStuck',
    message: expect.stringContaining('what was tried: WebhookFailed') as string,
  });
});

test('B01: where nothing at all can be seen, nothing is claimed', async () => {
  const it = await world();
  await it.start();
  expect(it.ready()).toMatchObject({ status: 'True' });
  it.airflow.health = { answers: true } as typeof it.airflow.health;
  expect(await it.look()).toMatchObject({ kind: 'Retry' });
  for (const _look of [1, 2]) {
    it.pass(20_000);
    await it.look();
  }
  expect(it.ready()).toMatchObject({
    status: 'False',
    reason: 'Retrying',
    message: expect.stringContaining('Cannot read properties of undefined') as string,
  });
});
