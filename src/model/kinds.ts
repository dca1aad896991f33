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
  DagRepository: namespaced(API_VERSION, 'DagRepository', 'dagrepositories'),
  Preview: namespaced(API_VERSION, 'Preview', 'previews'),
  Namespace: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  Secret: namespaced('v1', 'Secret', 'secrets'),
  ConfigMap: namespaced('v1', 'ConfigMap', 'configmaps'),
  Service: namespaced('v1', 'Service', 'services'),
  ServiceAccount: namespaced('v1', 'ServiceAccount', 'serviceaccounts'),
  ResourceQuota: namespaced('v1', 'ResourceQuota', 'resourcequotas'),
  LimitRange: namespaced('v1', 'LimitRange', 'limitranges'),
  Pod: namespaced('v1', 'Pod', 'pods'),
  Node: { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false },
  PersistentVolumeClaim: namespaced('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  Event: namespaced('v1', 'Event', 'events'),
  Deployment: namespaced('apps/v1', 'Deployment', 'deployments'),
  Job: namespaced('batch/v1', 'Job', 'jobs'),
  RoleBinding: namespaced('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  NetworkPolicy: namespaced('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  Lease: namespaced('coordination.k8s.io/v1', 'Lease', 'leases'),
  EndpointSlice: namespaced('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
} as const satisfies Record<string, Kind>;

/** The kind of an object, by apiVersion and kind. Throws for one that is not in the table. */
export function kindOf(object: { apiVersion: string; kind: string }): Kind {
  const kind = Object.values<Kind>(kinds).find(
    (one) => one.apiVersion === object.apiVersion && one.kind === object.kind,
  );
  if (!kind) throw new TypeError(`${object.apiVersion} ${object.kind} is not in the table of kinds`);
  return kind;
}
