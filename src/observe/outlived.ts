import type { PodSummary } from './api.ts';

/** Both pods are wished for at once: one that is so much older has met another database. */
const TOGETHER_MS = 10_000;

/**
 * The Airflow pod that was there before its database's pod. Data lives as long as the database's pod, so what this Airflow wrote is
 * gone, its schema too. Their creation times are the API server's own; nothing has to be remembered.
 */
export function outlivedDatabase(pods: readonly PodSummary[]): PodSummary | undefined {
  const alive = pods.filter((pod) => !pod.deleting && !pod.ended);
  const database = alive.find(({ part }) => part === 'postgres');
  return (
    database &&
    alive.find(({ part, createdAt }) => part === 'airflow' && createdAt + TOGETHER_MS < database.createdAt)
  );
}
