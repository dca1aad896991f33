import type { DagRepository } from '../model/dag-repository.ts';
import type { Delivery } from '../forges/api.ts';

/** `refused`: the branch gets no preview, for the reason that follows; its DagRepository was asked to look, and says so. */
export type Marked = 'created' | 'marked' | 'nothing to do' | 'no pattern matches' | `refused: ${string}`;

export interface Intake {
  /** Leaves the delivery's mark in the Kubernetes API; returns only once it is there. */
  mark(
    repository: DagRepository,
    delivery: Omit<Extract<Delivery, { kind: 'branch' }>, 'repository'>,
    id?: string,
  ): Promise<Marked>;
  /** Asks for a look at the repository itself and at all of its branches. */
  check(repository: DagRepository, id?: string): Promise<void>;
}
