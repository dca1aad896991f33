import type { Destination } from '../../src/gateway/api.ts';

/** A destination, and where its Airflow answers. */
export interface Reachable extends Destination {
  upstream?: string;
}

/** A preview that can be opened, unless told otherwise. */
export const aDestination = (parts: Partial<Reachable> = {}): Reachable => ({
  host: 'airflow.example.com',
  origin: 'http://airflow.example.com',
  prefix: '/feature/hardy',
  namespace: 'dags-feature-hardy',
  uid: 'uid-of-feature-hardy',
  repository: 'dags',
  branch: 'feature/hardy',
  ready: true,
  reason: 'Ready',
  message: 'All parts are healthy.',
  steps: [],
  ...parts,
});

export const aWaitingOne = (parts: Partial<Reachable> = {}): Reachable =>
  aDestination({
    ready: false,
    reason: 'DagsSyncing',
    message: 'git-sync has not fetched the branch yet.',
    steps: [
      { name: 'Database', done: true },
      { name: 'DAGs', done: false },
      { name: 'Airflow', done: false },
    ],
    ...parts,
  });
