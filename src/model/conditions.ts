import type { Reason } from './reasons.ts';

export const conditionTypes = [
  'Ready',
  'Reconciling',
  'Stalled',
  'DatabaseReady',
  'DagsSynced',
  'AirflowHealthy',
  'DagsImported',
  'Notified',
  'SchemaDumped',
  'Orphaned',
] as const;
export type ConditionType = (typeof conditionTypes)[number];

/** A Kubernetes condition (kstatus: `Ready`, `Reconciling`, `Stalled`, and finer ones that feed `Ready`). */
export interface Condition {
  type: ConditionType;
  status: 'True' | 'False' | 'Unknown';
  reason: Reason;
  /** A sentence a person can act on. */
  message: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

export const findCondition = (conditions: readonly Condition[] | undefined, type: ConditionType) =>
  conditions?.find((one) => one.type === type);

/** Carries `lastTransitionTime` over where the status did not change, so that an unchanged world writes nothing. */
export function withTransitions(
  next: Condition[],
  before: readonly Condition[] | undefined,
  now: Date,
): Condition[] {
  return next.map((condition) => {
    const old = findCondition(before, condition.type);
    const kept = old?.status === condition.status ? old.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: kept ?? now.toISOString().replace(/\.\d+Z$/, 'Z') };
  });
}
