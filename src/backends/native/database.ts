import { branchNote, meta, ownerLabels, selector } from '../shared/meta.ts';
import { hardened, podSecurity, room, scratch, secretEnv } from '../shared/pod.ts';
import { withUserIds } from '../shared/user-ids.ts';
import { KEYS } from './keys.ts';
import { INIT_DIR, SCHEMA } from './schema/copy.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

const DATA = '/var/lib/postgresql/data';
const UID = 999;
const tcp = { tcpSocket: { port: 5432 } };

/** A PostgreSQL whose data lives as long as its pod: it need not survive a power cut, so it does not wait for the disk. */
export function database(design: Design): KubeObject[] {
  const labels = ownerLabels(design, 'postgres');
  const container = {
    name: 'postgres',
    image: design.database.image,
    args: [
      'fsync=off',
      'full_page_writes=off',
      'synchronous_commit=off',
      'shared_buffers=32MB',
      'max_connections=100',
    ].flatMap((setting) => ['-c', setting]),
    env: [
      { name: 'POSTGRES_USER', value: 'airflow' },
      { name: 'POSTGRES_DB', value: 'airflow' },
      { name: 'POSTGRES_INITDB_ARGS', value: '-E UTF8 --locale=C --no-sync' },
      { name: 'PGDATA', value: `${DATA}/pgdata` },
      secretEnv('POSTGRES_PASSWORD', KEYS, 'database-password'),
    ],
    ports: [{ name: 'postgres', containerPort: 5432 }],
    // Only the final server listens on TCP: the one that initialises the database listens on its socket alone.
    startupProbe: { ...tcp, periodSeconds: 1, failureThreshold: 120 },
    readinessProbe: { ...tcp, periodSeconds: 10 },
    resources: room('25m', { usual: '64Mi', most: '1Gi' }, '10Gi'),
    securityContext: hardened,
    volumeMounts: [
      { name: 'data', mountPath: DATA },
      { name: 'run', mountPath: '/var/run/postgresql' },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'schema', mountPath: INIT_DIR, readOnly: true },
    ],
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(design, 'postgres', 'postgres'),
      // Airflow knocks until somebody opens, so it need not wait for a probe and for what follows from it as well.
      spec: {
        selector: selector('postgres'),
        publishNotReadyAddresses: true,
        ports: [{ name: 'postgres', port: 5432 }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(design, 'postgres', 'postgres'),
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        revisionHistoryLimit: 0,
        selector: { matchLabels: selector('postgres') },
        template: {
          metadata: { labels, annotations: branchNote(design) },
          spec: withUserIds(design.userIds, {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 2,
            securityContext: podSecurity(UID, UID, UID),
            containers: [container],
            volumes: [
              scratch('data', '8Gi'),
              scratch('run', '16Mi'),
              scratch('tmp', '1Gi'),
              // Optional, so that the pod is the same with and without: a dump that comes later rolls no database.
              { name: 'schema', configMap: { name: SCHEMA, optional: true, defaultMode: 0o555 } },
            ],
          }),
        },
      },
    },
  ];
}
