import { findCondition } from '../model/conditions.ts';
import type { Preview } from '../model/preview.ts';
import type { Observed } from '../observe/api.ts';

/** How long the Airflow of a preview that is ready may be silent: one slow answer on a busy node is not worth a word. */
const SILENCE_MS = 15_000;

export function answeredJustNow({ airflow, live }: Observed, { status }: Preview): boolean {
  if (airflow?.answers || findCondition(status?.conditions, 'Ready')?.status !== 'True') return false;
  const before = findCondition(status?.conditions, 'AirflowHealthy');
  return (
    before?.status === 'True' ||
    Math.abs(live.at.getTime() - Date.parse(before?.lastTransitionTime ?? '')) < SILENCE_MS
  );
}
