import { API_VERSION, label } from '../../../model/labels.ts';
import { envList, hardened, podSecurity, room } from '../../shared/pod.ts';
import { withUserIds } from '../../shared/user-ids.ts';
import type { DagRepository } from '../../../model/dag-repository.ts';
import type { KubeObject } from '../../../model/object.ts';
import type { Design } from '../../../plan/api.ts';
import type { Recipe } from './recipe.ts';

/** The container whose log is the dump. */
export const DUMP = 'dump';
/** The container whose image's digest the dump is for. */
export const MIGRATE = 'migrate';

const DATA = '/var/lib/postgresql/data';
const MINUTES = 60;

/** Whose a dump or its Job is: it goes with its DagRepository, and is found by its uid. */
export function schemaMeta({ metadata }: DagRepository, recipe: Recipe, annotations: Record<string, string>) {
  const { name, namespace = '', uid = '' } = metadata;
  return {
    name: recipe.name,
    namespace,
    labels: { [label.managedBy]: 'offshoot', [label.part]: 'schema', [label.schema]: uid },
    annotations,
    ownerReferences: [{ apiVersion: API_VERSION, kind: 'DagRepository', name, uid }],
  };
}

/**
 * Makes the schema of an Airflow image in a PostgreSQL of its own and prints it. Nothing of any branch takes part. A Job that
 * failed stays for an hour, so that one can look at it; after that it is made, and so tried, again.
 */
export function schemaJob(
  repository: DagRepository,
  recipe: Recipe,
  annotations: Record<string, string>,
  userIds: Design['userIds'] = 'own',
): KubeObject {
  const { airflowImage, databaseImage, env, migrate } = recipe;
  const metadata = schemaMeta(repository, recipe, annotations);
  const postgres = {
    image: databaseImage,
    securityContext: { ...hardened, runAsUser: 999, runAsGroup: 999 },
  };
  const scratch = ['data', 'run', 'tmp', 'home'];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      backoffLimit: 1,
      activeDeadlineSeconds: 10 * MINUTES,
      ttlSecondsAfterFinished: 60 * MINUTES,
      template: {
        metadata: { labels: metadata.labels },
        spec: withUserIds(userIds, {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 2,
          securityContext: podSecurity(50000, 0, 999),
          initContainers: [
            {
              ...postgres,
              name: 'postgres',
              restartPolicy: 'Always',
              // On the pod's own loopback alone, where nobody needs a password.
              args: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'full_page_writes=off'],
              env: envList({
                POSTGRES_USER: 'airflow',
                POSTGRES_DB: 'airflow',
                POSTGRES_HOST_AUTH_METHOD: 'trust',
                POSTGRES_INITDB_ARGS: '-E UTF8 --locale=C --no-sync',
                PGDATA: `${DATA}/pgdata`,
              }),
              startupProbe: {
                exec: { command: ['pg_isready', '--host=127.0.0.1', '--quiet'] },
                periodSeconds: 1,
                failureThreshold: 120,
              },
              resources: room('25m', { usual: '64Mi', most: '1Gi' }, '2Gi'),
              volumeMounts: [
                { name: 'data', mountPath: DATA },
                { name: 'run', mountPath: '/var/run/postgresql' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
            {
              name: MIGRATE,
              image: airflowImage,
              command: migrate,
              env: envList({
                ...env,
                AIRFLOW_HOME: '/opt/airflow',
                AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
                AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: 'postgresql+psycopg2://airflow@127.0.0.1:5432/airflow',
              }),
              terminationMessagePolicy: 'FallbackToLogsOnError',
              resources: room('100m', { usual: '256Mi', most: '1Gi' }, '2Gi'),
              securityContext: hardened,
              volumeMounts: [
                { name: 'home', mountPath: '/opt/airflow' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          containers: [
            {
              ...postgres,
              name: DUMP,
              command: ['sh', '-c', PRINT],
              terminationMessagePolicy: 'FallbackToLogsOnError',
              resources: room('25m', { usual: '32Mi', most: '256Mi' }, '2Gi'),
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            },
          ],
          volumes: scratch.map((name) => ({ name, emptyDir: {} })),
        }),
      },
    },
  };
}

/** Through a file: in a pipe, nobody would notice that pg_dump failed. */
const PRINT =
  'pg_dump --host=127.0.0.1 --username=airflow --no-owner --no-privileges --file=/tmp/schema.sql airflow' +
  ' && gzip -9 /tmp/schema.sql && base64 /tmp/schema.sql.gz';
