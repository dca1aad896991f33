import type { Part } from '../../airflow/api.ts';

/** The value of the label `part` on the pods, and the name of what makes and serves them. */
export const AIRFLOW = 'airflow';
export const DATABASE = 'postgres';

/** Each has a pod while nothing is wrong. */
export const PARTS: readonly string[] = [AIRFLOW, DATABASE];

export const GIT_SYNC = 'git-sync';

/**
 * Airflow's containers depend on `spec.airflow.parts`: `airflow` alone, or one for each part of its generation. These are the names of the
 * ones that do something.
 */
export const containersThat = (does: 'serves' | 'importsDags', parts: readonly Part[]): readonly string[] => [
  AIRFLOW,
  ...parts.filter((part) => part[does]).map(({ name }) => name),
];
