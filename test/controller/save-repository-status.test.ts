import { expect, test } from 'vitest';
import { saveRepositoryStatus } from '../../src/controller/repository/save-repository-status.ts';
import { suspended } from '../../src/controller/repository/health.ts';
import { aRawDagRepository, aSpec, NOW } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { RepositoryState } from '../../src/controller/repository/save-repository-status.ts';

const well: RepositoryState = { reason: 'Ready', message: 'All is well.', state: 'Ready' };
const nothing = {
  previews: 2,
  slots: '1/20',
  updated: undefined,
  refused: undefined,
  git: undefined,
  repositoryId: undefined,
};

function aPen(orphaned?: string) {
  const { cluster, journal, store } = aCluster([aRawDagRepository(aSpec())]);
  let at = NOW.getTime();
  const live = () => store.byUid('uid-dags') as DagRepository;
  return {
    live,
    journal,
    pass: (ms: number) => void (at += ms),
    save: (
      state: RepositoryState,
      ...more: [rest?: typeof nothing, prepared?: Parameters<typeof saveRepositoryStatus>[4]]
    ) =>
      saveRepositoryStatus(
        { cluster, now: () => new Date(at), leftBehind: () => orphaned },
        live(),
        state,
        more[0] ?? nothing,
        more[1],
      ),
    statuses: () =>
      live().status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
  };
}

test('of the three conditions the one that holds is true, and all say the same', async () => {
  const pen = aPen();
  await pen.save(suspended);
  expect(pen.statuses()).toEqual([
    'Ready=False Suspended',
    'Reconciling=False Suspended',
    'Stalled=True Suspended',
  ]);
  expect(pen.live().status).toMatchObject({ observedGeneration: 1, previews: 2, slots: '1/20' });
});

test('it is written only if it says something new; an unchanged condition keeps its time', async () => {
  const pen = aPen();
  await pen.save(well);
  pen.pass(60_000);
  await pen.save(well);
  expect(pen.journal).toHaveLength(1);
  await pen.save(well, { ...nothing, slots: '2/20' });
  expect(pen.journal).toHaveLength(2);
  await pen.save(suspended);
  const times = pen.live().status?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime);
  expect(times).toEqual(['2026-11-20T10:01:00Z', '2026-11-20T10:00:00Z', '2026-11-20T10:01:00Z']);
});

test('what no longer holds is no longer said', async () => {
  const pen = aPen();
  await pen.save(well, { ...nothing, slots: '2/20' });
  await pen.save(well, { ...nothing, slots: undefined as unknown as string });
  expect(pen.live().status).not.toHaveProperty('slots');
});

test('how far the backend’s preparation is, and what was left behind, are conditions of their own', async () => {
  const pen = aPen('Namespaces are left.');
  const prepared = {
    type: 'SchemaDumped',
    reason: 'SchemaDumping',
    message: 'A Job runs.',
    lookAgainMs: 1_000,
  } as const;
  await pen.save(well, nothing, prepared);
  expect(pen.statuses()?.slice(3)).toEqual([
    'SchemaDumped=False SchemaDumping',
    'Orphaned=True NamespaceOrphaned',
  ]);
});

test('a sentence without end is cut', async () => {
  const pen = aPen();
  await pen.save({ ...well, message: 'x'.repeat(100_000) });
  expect(pen.live().status?.conditions?.[0]?.message).toHaveLength(2_000);
});
