import { AIRFLOW, DATABASE } from '../parts.ts';
import { alive, podOf } from './pods-of.ts';
import type { PodSummary } from './pods.ts';

/** Both pods are wished for at once: one that is so much older has met another database. */
const TOGETHER_MS = 10_000;

/**
 * The Airflow pod that was there before its database's pod. Data lives as long as the database's pod, so what this Airflow wrote is
 * gone, its schema too. Their creation times are the API server's own; nothing has to be remembered.
 */
export function outlivedDatabase(pods: readonly PodSummary[]): PodSummary | undefined {
  const database = podOf(pods, DATABASE);
  return (
    database &&
    alive(pods).find(
      ({ part, createdAt }) => part === AIRFLOW && createdAt + TOGETHER_MS < database.createdAt,
    )
  );
}
