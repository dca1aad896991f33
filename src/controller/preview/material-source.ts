import type { DagRepository } from '../../model/dag-repository.ts';
import type { Material } from '../../model/material.ts';
import type { Design } from '../../plan/api.ts';

/** A material that a preview needs, and how to get its values. */
export interface Needed extends Pick<Material, 'secret' | 'part' | 'restarts'> {
  /** Throws a Problem if there are none to be had; undefined leaves those that are there. */
  gather(): Promise<(Required<Pick<Material, 'values'>> & Pick<Material, 'expiresAt'>) | undefined>;
}

/** A kind of material; undefined where a preview needs none of it. */
export type MaterialSource = (repository: DagRepository, design: Design) => Needed | undefined;
