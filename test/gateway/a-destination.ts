import type { Destination } from '../../src/gateway/api.ts';

/** A preview that can be opened, unless told otherwise. */
export const aDestination = (parts: Partial<Destination> = {}): Destination => ({
  host: 'airflow.example.com',
  origin: 'http://airflow.example.com',
  prefix: '/feature/hardy',
  namespace: 'dags-feature-hardy',
  repository: 'dags',
  branch: 'feature/hardy',
  ready: true,
  reason: 'Ready',
  message: 'All parts are healthy.',
  steps: [],
  ...parts,
});

export const aWaitingOne = (parts: Partial<Destination> = {}): Destination =>
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
