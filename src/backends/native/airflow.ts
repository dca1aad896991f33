import { createHash } from 'node:crypto';
import { branchNote, meta, ownerLabels, selector } from '../shared/meta.ts';
import { envList, hardened, literal, podSecurity } from '../shared/pod.ts';
import { dagsPath, GIT_GROUP, gitMount, gitSyncSidecar, gitVolumes } from './git-sync.ts';
import { mapValues, podTemplate } from './pod-template.ts';
import { policy, policyMount, policyVolume } from './policy.ts';
import { commonEnv, POD_TEMPLATE, POD_TEMPLATE_DIR, serverEnv, settings, SETTINGS } from './settings.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

export const API_PORT = 8080;

/** Airflow's four parts in one pod, a container each, over one checkout. */
export function airflow(design: Design): KubeObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(design, 'airflow', 'airflow'),
      // Offshoot asks for health before the pod is ready, and says itself when people may come in.
      spec: {
        selector: selector('airflow'),
        publishNotReadyAddresses: true,
        ports: [{ name: 'http', port: API_PORT }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(design, 'airflow', 'airflow'),
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        revisionHistoryLimit: 0,
        selector: { matchLabels: selector('airflow') },
        template: {
          metadata: {
            labels: ownerLabels(design, 'airflow'),
            annotations: {
              ...branchNote(design),
              'offshoot.dev/settings': digest([settings(design), podTemplate(design), policy(design)]),
            },
          },
          spec: pod(design),
        },
      },
    },
  ];
}

function pod(design: Design) {
  const prefix = new URL(design.url).pathname;
  const health = { httpGet: { path: `${prefix}/api/v2/version`, port: API_PORT } };
  return {
    serviceAccountName: 'airflow',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Nothing in it needs a long farewell: tasks run in pods of their own, and a removal waits for this.
    terminationGracePeriodSeconds: 2,
    securityContext: podSecurity(50000, 0, GIT_GROUP),
    initContainers: [gitSyncSidecar(design), part(design, 'migrate', MIGRATE, {})],
    containers: [
      part(design, 'api-server', airflowCommand('api-server', '--proxy-headers'), {
        ports: [{ name: 'http', containerPort: API_PORT }],
        startupProbe: { ...health, periodSeconds: 1, failureThreshold: 300 },
        readinessProbe: { ...health, periodSeconds: 10 },
        token: true,
      }),
      part(design, 'scheduler', airflowCommand('scheduler', '--skip-serve-logs'), { token: true }),
      part(design, 'dag-processor', airflowCommand('dag-processor'), {
        // Fails, with a sentence of its own, while the branch has no such folder.
        readinessProbe: { exec: { command: ['ls', literal(dagsPath(design))] }, periodSeconds: 10 },
      }),
      part(design, 'triggerer', airflowCommand('triggerer', '--skip-serve-logs'), { token: true }),
    ],
    volumes: [
      ...gitVolumes(design),
      { name: 'home', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
      { name: 'pod-template', configMap: { name: POD_TEMPLATE } },
      policyVolume,
      TOKEN_VOLUME,
    ],
  };
}

const airflowCommand = (...args: string[]) => ['dumb-init', '--', 'airflow', ...args];

/** Waits for the database's port without starting Python for each try, then makes the schema. */
const MIGRATE = [
  'bash',
  '-c',
  'until (exec 3<>/dev/tcp/postgres/5432) 2>/dev/null; do sleep 0.1; done; exec airflow db migrate',
];

interface Extra {
  token?: boolean;
  [field: string]: unknown;
}

function part(design: Design, name: string, command: string[], { token = false, ...extra }: Extra) {
  return {
    name,
    image: design.airflow.image,
    command,
    envFrom: [{ configMapRef: { name: SETTINGS } }],
    env: [...envList(mapValues(commonEnv(design), literal)), ...serverEnv(design)],
    resources: { requests: { cpu: '25m', memory: '200Mi' } },
    securityContext: hardened,
    volumeMounts: [
      gitMount,
      { name: 'home', mountPath: '/opt/airflow' },
      { name: 'tmp', mountPath: '/tmp' },
      policyMount,
      { name: 'pod-template', mountPath: POD_TEMPLATE_DIR, readOnly: true },
      ...(token
        ? [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }]
        : []),
    ],
    ...extra,
  };
}

/** The ServiceAccount's token, for the three parts that talk to Kubernetes; the DAG processor, which runs branch code, has none. */
const TOKEN_VOLUME = {
  name: 'token',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};

const digest = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
