import type { Kind } from './api.ts';
import { ClusterError } from './errors.ts';

function kind(apiVersion: string, name: string, plural: string, namespaced = true): Kind {
  return Object.freeze({ apiVersion, kind: name, plural, namespaced });
}

/** Every kind Offshoot reads or writes. One line adds one. */
export const kinds = Object.freeze({
  Namespace: kind('v1', 'Namespace', 'namespaces', false),
  Node: kind('v1', 'Node', 'nodes', false),
  Secret: kind('v1', 'Secret', 'secrets'),
  ConfigMap: kind('v1', 'ConfigMap', 'configmaps'),
  Service: kind('v1', 'Service', 'services'),
  ServiceAccount: kind('v1', 'ServiceAccount', 'serviceaccounts'),
  ResourceQuota: kind('v1', 'ResourceQuota', 'resourcequotas'),
  LimitRange: kind('v1', 'LimitRange', 'limitranges'),
  Pod: kind('v1', 'Pod', 'pods'),
  Event: kind('v1', 'Event', 'events'),
  PersistentVolumeClaim: kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  RoleBinding: kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  NetworkPolicy: kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  Deployment: kind('apps/v1', 'Deployment', 'deployments'),
  ReplicaSet: kind('apps/v1', 'ReplicaSet', 'replicasets'),
  StatefulSet: kind('apps/v1', 'StatefulSet', 'statefulsets'),
  DaemonSet: kind('apps/v1', 'DaemonSet', 'daemonsets'),
  Job: kind('batch/v1', 'Job', 'jobs'),
  CronJob: kind('batch/v1', 'CronJob', 'cronjobs'),
  EndpointSlice: kind('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  DagRepository: kind('offshoot.dev/v1alpha1', 'DagRepository', 'dagrepositories'),
  Preview: kind('offshoot.dev/v1alpha1', 'Preview', 'previews'),
});

const byName = new Map(Object.values(kinds).map((known) => [`${known.apiVersion}/${known.kind}`, known]));

/** The Kind of an object; throws `BadRequest` for one that is not in the table. */
export function kindOf(object: { apiVersion: string; kind: string }): Kind {
  const found = byName.get(`${object.apiVersion}/${object.kind}`);
  if (found) return found;
  throw new ClusterError(
    'BadRequest',
    `Kind ${object.apiVersion} ${object.kind} is not in the table: add a line to src/cluster/kinds.ts`,
  );
}
