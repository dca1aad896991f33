import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aRawDagRepository } from '../support/builders.ts';
import { aProduct, inMemory } from '../support/memory-product.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { KubeObject } from '../../src/model/object.ts';

const ref = { kind: kinds.DagRepository, namespace: 'offshoot', name: 'dags' };
const hand = { fieldManager: 'hand' };

/** A DagRepository, and the branches of its git host. */
export async function aRepository(
  branches: readonly string[] = [],
  spec: Parameters<typeof inMemory>[0] = {},
  seeds: KubeObject[] = [],
) {
  const world = await aProduct([aRawDagRepository(inMemory(spec)), ...seeds], branches);
  const { cluster } = world;
  const repository = () => world.store.get(ref) as DagRepository | undefined;
  return {
    ...world,
    repository,
    look: () => world.reconcileRepository(),
    /** What was written since it was asked last, but for the Job that dumps the schema. */
    wrote: () => world.journal.splice(0).filter((one) => !one.includes('Job/')),
    condition: (type = 'Ready') => findCondition(repository()?.status?.conditions, type as 'Ready'),
    branches: () =>
      world
        .previews()
        .map(({ spec: { branch } }) => branch)
        .sort(),
    edit: (patch: object) => cluster.patch(ref, patch, hand),
    remove: () => cluster.delete(ref),
    /** The reconciler of Previews has its turn, pods run, and what is going goes. */
    async previewsFollow() {
      for (const preview of world.previews()) await world.reconcilePreview(preview);
      await world.runPods();
      world.airflow.health = { answers: true, waitingFor: [] };
      for (const preview of world.previews()) await world.reconcilePreview(preview);
      world.collect();
      for (const preview of world.previews()) await world.reconcilePreview(preview);
    },
  };
}
