import type { KubeObject } from '../../../src/model/object.ts';

const core: readonly [KubeObject['kind'], object][] = [
  ['Secret', {}],
  ['ConfigMap', {}],
  ['ServiceAccount', {}],
  ['Service', { spec: { ports: [{ port: 80 }] } }],
  ['ResourceQuota', { spec: { hard: { pods: '60' } } }],
  ['LimitRange', { spec: { limits: [] } }],
];
const grouped: readonly KubeObject[] = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: '' },
    spec: { podSelector: {} },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: '' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'offshoot-worker' },
    subjects: [],
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: '' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a' }] } },
    },
  },
];

/** One nameless object of each kind that a preview is made of and a later version may no longer want. */
export const ofEveryKind: readonly KubeObject[] = [
  ...core.map(([kind, rest]) => ({ apiVersion: 'v1', kind, metadata: { name: '' }, ...rest })),
  ...grouped,
];
