/** The demo's names in the cluster, all in one place. */
export const names = {
  namespace: 'offshoot',
  repository: 'dags',
  credentials: 'dags-credentials',
  webhook: 'dags-webhook',
  slack: 'slack',
  channel: 'C0DAGS',
  channelName: 'dags',
  /** The user that Offshoot is for the API server; the shipped ClusterRole of this name is bound to it. */
  identity: 'offshoot',
} as const;

/** The ClusterRoles that Offshoot ships for itself; the second one is for who runs it outside of the cluster. */
export const roles = { own: 'offshoot', outside: 'offshoot-port-forward' } as const;

export const images = {
  airflow: 'apache/airflow:3.3.2',
  database: 'postgres:17',
  gitSync: 'registry.k8s.io/git-sync/git-sync:v4.4.2',
} as const;

export interface Tokens {
  readonly read: { readonly user: string; readonly token: string };
  readonly webhook: string;
  readonly slack: string;
}

export function namespaceManifest(): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.namespace } };
}

/** What an administrator does once: bind a role that Offshoot ships to the identity it runs under. */
export function bindingManifest(role: string, subject?: object): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `${role}-demo` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    ...(subject && { subjects: [subject] }),
  };
}

export function accountManifest(): object {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: names.identity, namespace: names.namespace },
  };
}

export function secretManifests({ read, webhook, slack }: Tokens): readonly object[] {
  const secret = (name: string, use: string, stringData: Record<string, string>): object => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: names.namespace, labels: { 'offshoot.dev/use': use } },
    stringData,
  });
  return [
    secret(names.credentials, 'git', { username: read.user, password: read.token }),
    secret(names.webhook, 'webhook', { current: webhook }),
    secret(names.slack, 'slack', { token: slack }),
  ];
}

export function dagRepositoryManifest({ gitUrl, urlBase }: { gitUrl: string; urlBase: string }): object {
  return {
    apiVersion: 'offshoot.dev/v1alpha1',
    kind: 'DagRepository',
    metadata: { name: names.repository, namespace: names.namespace },
    spec: {
      git: { url: gitUrl },
      credentialsSecretRef: { name: names.credentials, readOnly: true },
      webhookSecretRef: { name: names.webhook },
      branches: { include: ['feature/**'] },
      code: { dagsFolder: 'dags' },
      airflow: { version: '3.3.2', image: images.airflow },
      database: { image: images.database },
      url: { base: urlBase },
      notify: { slack: { channel: names.channel, secretRef: { name: names.slack } } },
    },
  };
}
