import { API_VERSION } from './labels.ts';

/** What the API server needs to find objects of a kind. */
export interface Kind {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

const namespaced = (apiVersion: string, kind: string, plural: string): Kind => ({
  apiVersion,
  kind,
  plural,
  namespaced: true,
});

/** Every kind that Offshoot reads or writes. */
export const kinds = {
  dagRepository: namespaced(API_VERSION, 'DagRepository', 'dagrepositories'),
  preview: namespaced(API_VERSION, 'Preview', 'previews'),
  namespace: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  secret: namespaced('v1', 'Secret', 'secrets'),
  configMap: namespaced('v1', 'ConfigMap', 'configmaps'),
  service: namespaced('v1', 'Service', 'services'),
  serviceAccount: namespaced('v1', 'ServiceAccount', 'serviceaccounts'),
  resourceQuota: namespaced('v1', 'ResourceQuota', 'resourcequotas'),
  limitRange: namespaced('v1', 'LimitRange', 'limitranges'),
  pod: namespaced('v1', 'Pod', 'pods'),
  event: namespaced('v1', 'Event', 'events'),
  deployment: namespaced('apps/v1', 'Deployment', 'deployments'),
  replicaSet: namespaced('apps/v1', 'ReplicaSet', 'replicasets'),
  statefulSet: namespaced('apps/v1', 'StatefulSet', 'statefulsets'),
  daemonSet: namespaced('apps/v1', 'DaemonSet', 'daemonsets'),
  job: namespaced('batch/v1', 'Job', 'jobs'),
  cronJob: namespaced('batch/v1', 'CronJob', 'cronjobs'),
  roleBinding: namespaced('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  networkPolicy: namespaced('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  endpointSlice: namespaced('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
} as const satisfies Record<string, Kind>;

/** The kind of an object, by apiVersion and kind. Throws for one that is not in the table. */
export function kindOf(object: { apiVersion: string; kind: string }): Kind {
  const kind = Object.values<Kind>(kinds).find(
    (one) => one.apiVersion === object.apiVersion && one.kind === object.kind,
  );
  if (!kind) throw new TypeError(`${object.apiVersion} ${object.kind} is not in the table of kinds`);
  return kind;
}
