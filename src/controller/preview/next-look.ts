import { findCondition } from '../../model/conditions.ts';
import { isWell, rowOf } from '../../model/reasons.ts';
import type { Preview, PreviewStatus } from '../../model/preview.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { Acted } from './converge.ts';

/** While Airflow is asked whether it is healthy yet. */
const WHILE_STARTING_MS = 500;
const WHILE_FAILING_MS = 5_000;
const WHILE_READY_MS = 20_000;
const STARTING_FOR_MS = 180_000;
const LOOK_UP_MS = 2_000;
const AHEAD_MS = 5_000;

interface Look extends Pick<Asked, 'preview' | 'observed' | 'now'> {
  plan: Plan;
  acted: Acted;
  status: PreviewStatus;
  /** When git-sync may have to be woken again. */
  wakeAgainMs: number | undefined;
}

/** Pure: in how many ms a preview that stays is looked at again, should no watch report anything before. */
export function nextLookMs({ plan, acted, wakeAgainMs = Infinity, ...look }: Look): number {
  if (acted.failed) return WHILE_FAILING_MS;
  // Nothing that is not ours is watched: whether it is still there has to be asked.
  if (plan.kind === 'Wait') return rowOf(plan.reason).about === 'refusal' ? WHILE_FAILING_MS : WHILE_READY_MS;
  const mendAgainMs = (acted.contested ?? []).flatMap(({ againInMs }) => againInMs || []);
  return Math.min(whileRunningMs(look), wakeAgainMs, ...mendAgainMs);
}

/** Watches report what changes in Kubernetes; Airflow's health and Events have to be asked for. */
function whileRunningMs({
  status,
  preview,
  observed,
  now,
}: Pick<Look, 'status' | 'preview' | 'observed' | 'now'>) {
  const ready = findCondition(status.conditions, 'Ready');
  const answers = findCondition(status.conditions, 'AirflowHealthy')?.status === 'True';
  if (ready?.status === 'True') return isWell(ready.reason) && answers ? WHILE_READY_MS : WHILE_FAILING_MS;
  const age = now.getTime() - Date.parse(preview.metadata.creationTimestamp ?? '');
  return Math.abs(age) < STARTING_FOR_MS && observed.serving ? WHILE_STARTING_MS : WHILE_FAILING_MS;
}

/** Pure: every Preview begins with its branch being looked up; only if that takes long is it worth a write. The ms until then. */
export function graceBeforeFirstStatusMs({ metadata, status }: Preview, plan: Plan, now: Date): number {
  if (status?.conditions || plan.kind !== 'Wait' || rowOf(plan.reason).kind !== 'beginning') return 0;
  const left = Date.parse(metadata.creationTimestamp ?? '') + LOOK_UP_MS - now.getTime();
  // Created in the future, by a clock that differs from ours or was set back: then it is said at once.
  return left > LOOK_UP_MS + AHEAD_MS ? 0 : left;
}
