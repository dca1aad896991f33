import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { namespaceOf } from '../../src/model/preview.ts';
import { aRawDagRepository } from '../support/builders.ts';
import { aProduct, inMemory } from '../support/memory-product.ts';
import type { KubeObject } from '../../src/model/object.ts';

export const BRANCH = 'feature/hardy';
const hand = { fieldManager: 'hand' };

/** A DagRepository with one branch, whose Preview is granted what it needs; the journal begins after that. */
export async function aGrantedPreview(seeds: KubeObject[] = [], spec: Parameters<typeof inMemory>[0] = {}) {
  const world = await aProduct([aRawDagRepository(inMemory(spec)), ...seeds], [BRANCH]);
  await world.reconcileRepository();
  await world.reconcileRepository();
  world.journal.splice(0);
  world.logged.splice(0);
  const preview = () => world.preview(BRANCH);
  const look = () => world.reconcilePreview(preview());
  return {
    ...world,
    preview,
    look,
    namespace: namespaceOf(preview()),
    ready: () => findCondition(preview().status?.conditions, 'Ready'),
    /** What was written since it was asked last. */
    wrote: () => world.journal.splice(0),
    /** Until people may come in. */
    async start() {
      await look();
      await world.runPods();
      world.airflow.health = { answers: true, waitingFor: [] };
      await look();
      world.journal.splice(0);
    },
    edit: (patch: object) =>
      world.cluster.patch({ kind: kinds.DagRepository, namespace: 'offshoot', name: 'dags' }, patch, hand),
    editPreview: (patch: object) => {
      const { name, namespace = '' } = preview().metadata;
      return world.cluster.patch({ kind: kinds.Preview, namespace, name }, patch, hand);
    },
    inside: () => world.store.list().filter(({ metadata }) => metadata.namespace === namespaceOf(preview())),
  };
}
