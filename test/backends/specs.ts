import { aDagRepository, aDesign, aNetwork } from '../support/builders.ts';
import type { Design } from '../../src/plan/api.ts';

const readOnly = { name: 'dags-credentials', readOnly: true };

/** Three previews, as unlike each other as specs allow. */
export const specs: Record<'plain' | 'password' | 'ssh', Design> = {
  plain: aDesign({ network: aNetwork({ offshoot: { namespace: 'offshoot', webhookPort: 8080 } }) }),
  password: aDesign({
    repository: aDagRepository({ credentialsSecretRef: readOnly, code: { dagsFolder: '.' } }),
    branch: 'feature/$({curl,evil})',
    url: 'https://airflow.example.com/feature/-curl-evil--aaaaaaaaaa',
  }),
  ssh: aDesign({
    repository: aDagRepository({
      name: 'pipelines',
      namespace: 'team-a',
      git: { url: 'ssh://git@[fd00::1]:2222/acme/pipelines.git' },
      credentialsSecretRef: readOnly,
      code: { dagsFolder: 'src/dags', pluginsFolder: 'src/plugins', pythonPath: ['src', '.'] },
      airflow: {
        version: '3.2.1',
        image: 'registry.example.com/airflow@sha256:0000',
        runSchedules: 'all',
        parts: 'apart',
        config: {
          core: { parallelism: 8 },
          'kubernetes_environment.variables': { stage: 'preview $(HOME)' },
          Scheduler: { Use_Job_Schedule: 'False' },
        },
        env: [
          { name: 'GREETING', value: 'hello $(HOME)' },
          {
            name: 'AIRFLOW_CONN_WAREHOUSE',
            valueFrom: { secretKeyRef: { name: 'warehouse', key: 'uri' } },
          },
        ],
      },
      quota: { 'requests.cpu': 2, 'requests.memory': '4Gi', pods: 20 },
      database: { image: 'registry.example.com/postgres:17' },
    }),
    branch: 'x"}]},"op":"remove',
    url: 'https://airflow.example.com/x-op-remove-bbbbbbbbbb',
    network: aNetwork({ allowed: ['10.0.0.7', 'fd00::1'], apiServer: [], dns: [] }),
  }),
};
