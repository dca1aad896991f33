import { hardened, literal, room } from '../shared/pod.ts';
import { partsCommand, partsMount } from './forked.ts';
import { dagsProbe } from './git-sync.ts';
import { API_PORT, commonEnv, commonMounts, partsEnv, POD_TEMPLATE_DIR, SETTINGS } from './settings.ts';
import type { NativeDesign } from './native-design.ts';

/** One process that imports Airflow once and forks the parts: the quicker and smaller way. */
export function inOneContainer(design: NativeDesign) {
  const forked = container(design, 'airflow', partsCommand, {
    ...server(design),
    readinessProbe: dagsProbe(design),
    resources: room('100m', { usual: '600Mi', most: '4Gi' }, '8Gi'),
    token: true,
  });
  return {
    initContainers: [],
    containers: [{ ...forked, volumeMounts: [...forked.volumeMounts, partsMount] }],
  };
}

/** Slower and bigger, but each part is alone with its processes, its memory and its files. */
export function inContainersOfTheirOwn(design: NativeDesign) {
  return {
    initContainers: [container(design, 'migrate', migrate(design))],
    containers: design.dialect.parts.map((part) =>
      container(design, part.name, airflowCommand(part.command), {
        ...(part.serves && {
          ...server(design),
          readinessProbe: { httpGet: { path: servingPath(design), port: API_PORT }, periodSeconds: 10 },
        }),
        ...(part.importsDags && {
          readinessProbe: dagsProbe(design),
          // It imports what the branch writes, several files at a time.
          resources: room('25m', { usual: '200Mi', most: '2Gi' }, '2Gi'),
        }),
        token: part.usesKubernetes === true,
      }),
    ),
  };
}

const server = (design: NativeDesign) => ({
  ports: [{ name: 'http', containerPort: API_PORT }],
  startupProbe: answers(design),
});

const servingPath = ({ url, dialect }: NativeDesign) => new URL(url).pathname + dialect.servingPath;

/**
 * Waits until the API server answers, and asks from inside. A probe that asks once a second fails as often as a start has seconds, and
 * each failure is an Event: the kubelet drops those of a pod after 25, and with them the words of `dagsProbe` later on.
 */
export const answers = (design: NativeDesign) => ({
  exec: {
    command: [
      'bash',
      '-c',
      'until (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "GET %s HTTP/1.0\\r\\n\\r\\n" "$2" >&3 &&' +
        ' read -rt 5 _ code _ <&3 && [ "$code" = 200 ]) 2>/dev/null; do sleep 0.2; done',
      'bash',
      String(API_PORT),
      literal(servingPath(design)),
    ],
  },
  timeoutSeconds: 30,
  periodSeconds: 1,
  failureThreshold: 10,
});

const airflowCommand = (args: readonly string[]) => ['dumb-init', '--', 'airflow', ...args];

/** Waits for the database's port without starting Python for each try, then makes the schema. */
const migrate = ({ dialect }: NativeDesign) => [
  'bash',
  '-c',
  `until (exec 3<>/dev/tcp/postgres/5432) 2>/dev/null; do sleep 0.1; done; exec airflow ${dialect.migrate.join(' ')}`,
];

interface Extra {
  token?: boolean;
  [field: string]: unknown;
}

function container(
  design: NativeDesign,
  name: string,
  command: string[],
  { token = false, ...extra }: Extra = {},
) {
  return {
    name,
    image: design.airflow.image,
    command,
    envFrom: [{ configMapRef: { name: SETTINGS } }],
    env: [...commonEnv(design), ...partsEnv(design)],
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
