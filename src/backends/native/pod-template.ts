import { stringify } from 'yaml';
import { label } from '../../model/labels.ts';
import { branchNote, meta, ownerLabels } from '../shared/meta.ts';
import { envList, hardened, podSecurity, room, scratch } from '../shared/pod.ts';
import { withUserIds } from '../shared/user-ids.ts';
import { GIT_GROUP, gitSyncOnce, gitVolumes } from './git-sync.ts';
import { policyVolume } from './policy.ts';
import { commonEnv, commonMounts, configEnv, POD_TEMPLATE, SETTINGS, tasksEnv } from './settings.ts';
import type { KubeObject } from '../../model/object.ts';
import type { NativeDesign } from './native-design.ts';

/** The pod that KubernetesExecutor starts for each task: the branch's DAGs, and what a task of this Airflow needs to run. */
export function podTemplate(design: NativeDesign): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(design, POD_TEMPLATE, 'airflow'),
    data: { 'pod.yaml': yaml11(workerPod(design)) },
  };
}

/**
 * Airflow reads the template with PyYAML, so by YAML 1.1: unquoted, a branch called `no` would be false there; and it refuses or
 * breaks lines at characters that git and YAML 1.2 take for ordinary. Hence quotes, and escapes inside them.
 */
const yaml11 = (value: unknown) =>
  stringify(value, {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
  }).replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function workerPod(design: NativeDesign): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'worker',
      labels: { ...ownerLabels(design, 'worker'), [label.part]: 'worker' },
      annotations: branchNote(design),
    },
    spec: withUserIds(design.userIds, {
      restartPolicy: 'Never',
      serviceAccountName: 'worker',
      // Tasks may start pods of their own (KubernetesPodOperator), inside this namespace.
      automountServiceAccountToken: true,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 10,
      securityContext: podSecurity(50000, 0, GIT_GROUP),
      initContainers: [gitSyncOnce(design)],
      containers: [
        {
          name: 'base',
          image: design.airflow.image,
          envFrom: [{ configMapRef: { name: SETTINGS } }],
          env: [...envList(importTimeout(design)), ...commonEnv(design), ...tasksEnv(design)],
          // Requests weigh on a full node: sixteen tasks at once must not starve the scheduler that started them.
          resources: room('10m', { usual: '256Mi', most: '1Gi' }, '10Gi'),
          securityContext: hardened,
          volumeMounts: commonMounts,
        },
      ],
      volumes: [
        ...gitVolumes(design),
        // Tasks move data.
        scratch('home', '10Gi'),
        scratch('tmp', '10Gi'),
        policyVolume,
      ],
    }),
  };
}

/** A file that hangs is found by the DAG processor; a task gets the time that imports take on a full node. */
const importTimeout = ({ airflow }: NativeDesign) => {
  const name = 'AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT';
  return { [name]: configEnv(airflow.config)[name] ?? '120' };
};
