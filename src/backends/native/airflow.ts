import { createHash } from 'node:crypto';
import { branchNote, meta, ownerLabels, selector } from '../shared/meta.ts';
import { podSecurity, scratch } from '../shared/pod.ts';
import { withUserIds } from '../shared/user-ids.ts';
import { inContainersOfTheirOwn, inOneContainer } from './airflow-containers.ts';
import { partsScript, partsVolume } from './forked.ts';
import { GIT_GROUP, gitSyncSidecar, gitVolumes } from './git-sync.ts';
import { podTemplate } from './pod-template.ts';
import { submodulesScript } from './submodules.ts';
import { policy, policyVolume } from './policy.ts';
import { API_PORT, POD_TEMPLATE, settings } from './settings.ts';
import type { KubeObject } from '../../model/object.ts';
import type { NativeDesign } from './native-design.ts';

/** Airflow's parts in one pod, over one checkout: in one container, or in a container each. */
export function airflow(design: NativeDesign): KubeObject[] {
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
              'offshoot.dev/settings': digest([
                settings(design),
                podTemplate(design),
                policy(design),
                submodulesScript(design),
                together(design) && partsScript(design),
              ]),
            },
          },
          spec: withUserIds(design.userIds, pod(design)),
        },
      },
    },
  ];
}

export const together = (design: NativeDesign) => design.airflow.parts === 'together';

function pod(design: NativeDesign) {
  const parts = together(design) ? inOneContainer(design) : inContainersOfTheirOwn(design);
  return {
    serviceAccountName: 'airflow',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Nothing in it needs a long farewell: tasks run in pods of their own, and a removal waits for this.
    terminationGracePeriodSeconds: 2,
    securityContext: podSecurity(50000, 0, GIT_GROUP),
    initContainers: [gitSyncSidecar(design), ...parts.initContainers],
    containers: parts.containers,
    volumes: [
      ...gitVolumes(design),
      scratch('home', '2Gi'),
      scratch('tmp', '1Gi'),
      { name: 'pod-template', configMap: { name: POD_TEMPLATE } },
      policyVolume,
      ...(together(design) ? [partsVolume] : []),
      TOKEN_VOLUME,
    ],
  };
}

/** The ServiceAccount's token, for the parts that talk to Kubernetes. In containers of their own, one that only runs branch code has none. */
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
