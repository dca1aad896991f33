import { images } from '../../demo/manifests.ts';

export const PASSWORD = 'of-the-bench';
const labels = { app: 'bench-postgres' };

/** The same PostgreSQL that a preview gets, without what makes its start quick or slow for one side only: it is up before the clock starts. */
export const databaseManifests = (namespace: string): readonly object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'bench-postgres', namespace },
    spec: { selector: labels, ports: [{ port: 5432 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bench-postgres', namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'postgres',
          image: images.database,
          imagePullPolicy: 'IfNotPresent',
          args: ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
          env: [
            { name: 'POSTGRES_USER', value: 'airflow' },
            { name: 'POSTGRES_DB', value: 'airflow' },
            { name: 'POSTGRES_PASSWORD', value: PASSWORD },
            { name: 'POSTGRES_INITDB_ARGS', value: '-E UTF8 --locale=C' },
          ],
          readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1 },
        },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'bench-metadata', namespace },
    stringData: { connection: `postgresql://airflow:${PASSWORD}@bench-postgres.${namespace}:5432/airflow` },
  },
];
