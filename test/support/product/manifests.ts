import type { KubeObject } from '../../../src/model/object.ts';
import type { SecretUse } from '../../../src/model/secret-use.ts';

/** What the tests call things. */
export const secretNames = {
  webhook: 'dags-webhook',
  credentials: 'dags-credentials',
  slack: 'slack',
} as const;
export const WEBHOOK_KEY = 'a key of the tests';
export const SLACK_TOKEN = 'xoxb-of-the-tests';
export const CHANNEL = 'C0DAGS';
export const READER = { user: 'reader', token: 'may only read', may: 'read' } as const;

export const aNamespace = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});

/** A person's Secret, labelled for what its name or its keys say it is for; `use` says otherwise, and `none` is one without label. */
export const aSecret = (
  namespace: string,
  name: string,
  stringData: Record<string, string>,
  use: SecretUse | 'none' = usualUse(name, stringData),
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, ...(use !== 'none' && { labels: { 'offshoot.dev/use': use } }) },
  stringData,
});

function usualUse(name: string, keys: Record<string, string>): SecretUse {
  if (name.includes('slack')) return 'slack';
  return name.includes('webhook') || 'current' in keys ? 'webhook' : 'git';
}

export const secretsIn = (namespace: string): KubeObject[] => [
  aSecret(namespace, secretNames.webhook, { current: WEBHOOK_KEY }),
  aSecret(namespace, secretNames.credentials, { username: READER.user, password: READER.token }),
  aSecret(namespace, secretNames.slack, { token: SLACK_TOKEN }),
];

interface DagRepositoryOptions {
  readonly namespace: string;
  readonly name?: string;
  readonly gitUrl: string;
  /** Anything of the spec, stronger than what the others say. */
  readonly spec?: Record<string, unknown>;
}

/** A DagRepository that lists rarely, so that what a test sees comes from its webhooks; `spec` says otherwise. */
export const aDagRepository = ({
  namespace,
  name = 'dags',
  gitUrl,
  spec = {},
}: DagRepositoryOptions): KubeObject => ({
  apiVersion: 'offshoot.dev/v1alpha1',
  kind: 'DagRepository',
  metadata: { name, namespace },
  spec: {
    git: { url: gitUrl },
    webhookSecretRef: { name: secretNames.webhook },
    resyncInterval: '1h',
    // A base belongs to one DagRepository alone.
    url: { base: `http://${name === 'dags' ? 'airflow' : name}.example.com` },
    ...spec,
  },
});

export const withSlack = { notify: { slack: { channel: CHANNEL, secretRef: { name: secretNames.slack } } } };
export const withCredentials = { credentialsSecretRef: { name: secretNames.credentials, readOnly: true } };

/** A Preview as a person makes one. */
export const aHandMadePreview = (namespace: string, name: string, branch: string): KubeObject => ({
  apiVersion: 'offshoot.dev/v1alpha1',
  kind: 'Preview',
  metadata: { name, namespace },
  spec: { repositoryRef: { name: 'dags' }, branch },
});
