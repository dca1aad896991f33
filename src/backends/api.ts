import type { Contested } from '../model/contested.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Material } from '../model/material.ts';
import type { KubeObject } from '../model/object.ts';
import type { Reason } from '../model/reasons.ts';
import type { Observed } from '../observe/api.ts';
import type { Design } from '../plan/api.ts';

/** One way of making previews. */
export interface Backend {
  /** Everything but Secrets, purely. */
  render(design: Design): KubeObject[];
  /** Makes the cluster look like the design; what it did comes back as a value. Secrets of materials that are not among these are pruned. */
  apply(design: Design, observed: Observed, materials: readonly Material[]): Promise<Change[]>;
  /** Only the Secrets of these materials, and only those that are there. */
  renew(design: Design, observed: Observed, materials: readonly Material[]): Promise<Change[]>;
  /**
   * Takes the next step in making what the previews of a DagRepository share; `pods` are those of its previews. Never throws and
   * never blocks: what is not there yet, a preview does without.
   */
  prepare(repository: DagRepository, pods: readonly KubeObject[]): Promise<Prepared>;
  /** Takes the next step of the removal; `gone` once the API server says that the namespace does not exist. */
  remove(namespace: string, previewUid: string): Promise<Removal>;
}

export type Change = { change: 'created' | 'configured' | 'pruned'; object: string } | Contested;

export type Removal = { state: 'gone' } | { state: 'going'; waitingFor: string; stuck: boolean };

/** How far the preparation is, as the DagRepository's condition `SchemaDumped` tells it. */
export interface Prepared {
  reason: Extract<Reason, 'SchemaDumped' | 'SchemaDumping' | 'SchemaDumpFailed'>;
  message: string;
  /** Undefined: only when something else changes. */
  lookAgainMs: number | undefined;
}
