import { findCondition } from '../model/conditions.ts';
import { isFailure, rowOf } from '../model/reasons.ts';
import type { Condition } from '../model/conditions.ts';
import type { DagRepository } from '../model/dag-repository.ts';

/** The git host answers the DagRepository in no useful way: its previews get no new commits either. */
export function gitHostTrouble(repository: DagRepository | undefined): Condition | undefined {
  const ready = findCondition(repository?.status?.conditions, 'Ready');
  return ready && rowOf(ready.reason).about === 'git host' && isFailure(ready.reason) ? ready : undefined;
}
