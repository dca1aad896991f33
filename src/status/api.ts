import type { Condition } from '../model/conditions.ts';
import type { Seen } from '../backends/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import type { Reason } from '../model/reasons.ts';
import type { Observed } from '../observe/api.ts';
import type { Plan } from '../plan/api.ts';

/** All that a Preview's status is made of. */
export interface StatusInput {
  preview: Preview;
  plan: Plan;
  observed: Observed;
  repository: DagRepository | undefined;
  /** Something kept the plan from being carried out, whether or not it is worth a word. */
  failed?: boolean;
  /** What is to be said of that. */
  trouble: { reason: Reason; message: string } | undefined;
  /** What the backend sees; undefined where there is no design to look for. */
  seen: Seen | undefined;
  now: Date;
}

/** A condition before it is known which generation it is of, and since when it holds. */
export type Said = Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>;
