import type { DagRepository } from '../model/dag-repository.ts';
import type { Delivery } from '../forges/api.ts';

export type Marked = 'created' | 'marked' | 'nothing to do' | 'no pattern matches';

export interface Intake {
  /** Leaves the delivery's mark in the Kubernetes API; returns only once it is there. */
  mark(
    repository: DagRepository,
    delivery: Extract<Delivery, { kind: 'branch' }>,
    id?: string,
  ): Promise<Marked>;
}
