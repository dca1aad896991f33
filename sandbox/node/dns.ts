import type { NodeNetwork } from './network.ts';

/** The cluster's DNS as ordinary clusters have it: pods labelled k8s-app=kube-dns in kube-system, behind a Service. */
export function dnsObjects(image: string, { dnsAddress }: NodeNetwork, upstream: boolean): object {
  const namespace = 'kube-system';
  const labels = { 'k8s-app': 'kube-dns' };
  const name = 'coredns';
  const corefile = [
    '.:53 {',
    '  errors',
    '  ready',
    '  kubernetes cluster.local in-addr.arpa ip6.arpa {',
    '    pods insecure',
    '    fallthrough in-addr.arpa ip6.arpa',
    '    ttl 5',
    '  }',
    ...(upstream ? ['  forward . /etc/resolv.conf'] : []),
    '  cache 5', // a Service that has just been made is found soon
    '}',
    '',
  ].join('\n');
  const rbac = 'rbac.authorization.k8s.io';
  const list = ['list', 'watch'];
  const container = {
    name,
    image,
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
  };
  const pod = {
    serviceAccountName: name,
    priorityClassName: 'system-cluster-critical',
    dnsPolicy: 'Default',
    terminationGracePeriodSeconds: 1,
    tolerations: [{ operator: 'Exists' }],
    containers: [container],
    volumes: [{ name: 'config', configMap: { name } }],
  };
  const items = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: `system:${name}` },
      rules: [
        { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: list },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: list },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: `system:${name}` },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: `system:${name}` },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { Corefile: corefile } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace, labels },
      spec: {
        clusterIP: dnsAddress,
        selector: labels,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: pod },
      },
    },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}
