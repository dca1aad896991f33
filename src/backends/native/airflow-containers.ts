import { envList, hardened, literal, room } from '../shared/pod.ts';
import { partsCommand, partsMount } from './forked.ts';
import { dagsProbe } from './git-sync.ts';
import { mapValues } from './pod-template.ts';
import { commonEnv, commonMounts, POD_TEMPLATE_DIR, serverEnv, SETTINGS } from './settings.ts';
import type { Design } from '../../plan/api.ts';

export const API_PORT = 8080;

/** One process that imports Airflow once and forks the parts: the quicker and smaller way. */
export function inOneContainer(design: Design) {
  const container = part(design, 'airflow', partsCommand, {
    ...apiServer(design),
    readinessProbe: dagsProbe(design),
    resources: room('100m', { usual: '600Mi', most: '4Gi' }, '8Gi'),
    token: true,
  });
  return {
    initContainers: [],
    containers: [{ ...container, volumeMounts: [...container.volumeMounts, partsMount] }],
  };
}

/** Slower and bigger, but each part is alone with its processes, its memory and its files. */
export function inFourContainers(design: Design) {
  const api = apiServer(design);
  return {
    initContainers: [part(design, 'migrate', MIGRATE, {})],
    containers: [
      part(design, 'api-server', airflowCommand('api-server', '--proxy-headers'), {
        ...api,
        readinessProbe: { httpGet: { path: version(design), port: API_PORT }, periodSeconds: 10 },
        token: true,
      }),
      part(design, 'scheduler', airflowCommand('scheduler', '--skip-serve-logs'), { token: true }),
      part(design, 'dag-processor', airflowCommand('dag-processor'), {
        readinessProbe: dagsProbe(design),
        // It imports what the branch writes, several files at a time.
        resources: room('25m', { usual: '200Mi', most: '2Gi' }, '2Gi'),
      }),
      part(design, 'triggerer', airflowCommand('triggerer', '--skip-serve-logs'), { token: true }),
    ],
  };
}

const apiServer = (design: Design) => ({
  ports: [{ name: 'http', containerPort: API_PORT }],
  startupProbe: answers(design),
});

const version = (design: Design) => `${new URL(design.url).pathname}/api/v2/version`;

/**
 * Waits until the API server answers, and asks from inside. A probe that asks once a second fails as often as a start has seconds, and
 * each failure is an Event: the kubelet drops those of a pod after 25, and with them the words of `dagsProbe` later on.
 */
export const answers = (design: Design) => ({
  exec: {
    command: [
      'bash',
      '-c',
      'until (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "GET %s HTTP/1.0\\r\\n\\r\\n" "$2" >&3 &&' +
        ' read -rt 5 _ code _ <&3 && [ "$code" = 200 ]) 2>/dev/null; do sleep 0.2; done',
      'bash',
      String(API_PORT),
      literal(version(design)),
    ],
  },
  timeoutSeconds: 30,
  periodSeconds: 1,
  failureThreshold: 10,
});

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
    resources: room('25m', { usual: '200Mi', most: '1Gi' }, '2Gi'),
    securityContext: hardened,
    volumeMounts: [
      ...commonMounts,
      { name: 'pod-template', mountPath: POD_TEMPLATE_DIR, readOnly: true },
      ...(token
        ? [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }]
        : []),
    ],
    ...extra,
  };
}
