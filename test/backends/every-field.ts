import { customResourceDefinitions } from '../../src/model/crd.ts';
import type { aSpec } from '../support/builders.ts';

type Spec = ReturnType<typeof aSpec>;

const config = { core: { parallelism: 8 } };
const env: NonNullable<Spec['airflow']>['env'] = [
  { name: 'AIRFLOW_VAR_STAGE', value: 'preview' },
  { name: 'AIRFLOW_CONN_WAREHOUSE', valueFrom: { secretKeyRef: { name: 'warehouse', key: 'url' } } },
];
const slack = { channel: 'C0DAGS', secretRef: { name: 'slack' } };

const overHttps: Spec = {
  git: { url: 'https://10.89.0.1/acme/dags.git' },
  credentialsSecretRef: { name: 'git', readOnly: true },
  webhookSecretRef: { name: 'webhook' },
  branches: { include: ['**'], exclude: ['main'] },
  resyncInterval: '5m',
  maxPreviews: 7,
  suspend: false,
  code: { dagsFolder: 'src/dags', pluginsFolder: 'src/plugins', pythonPath: ['src', '.'] },
  airflow: {
    version: '3.2.1',
    image: 'registry.example.com/airflow:3.2.1',
    runSchedules: 'all',
    parts: 'together',
    config,
    env,
  },
  quota: { pods: 20 },
  database: { image: 'registry.example.com/postgres:17', storage: 'ephemeral' },
  url: { base: 'https://airflow.example.com', style: 'path' },
  notify: { slack },
};

/** Together they say whatever a DagRepository can say: what excludes each other cannot stand in one. A test sees to that. */
export const everyField: Record<string, Spec> = {
  'git over https': overHttps,
  'git over ssh': { ...overHttps, git: { url: 'ssh://git@10.89.0.1/acme/dags.git' } },
  GitHub: {
    ...overHttps,
    git: undefined,
    github: { owner: 'acme', name: 'dags', apiUrl: 'https://10.89.0.1/api/v3' },
    airflow: { ...overHttps.airflow, runSchedules: 'none', parts: 'apart' },
  },
};

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  enum?: string[];
}

/** Every field of a schema that holds no others, and every word that it may have where these are listed. */
export function fieldsOf(
  { properties, additionalProperties, items, enum: words }: Schema,
  at = '',
): string[] {
  if (properties)
    return Object.entries(properties).flatMap(([name, child]) => fieldsOf(child, `${at}.${name}`));
  const child = additionalProperties ?? items;
  if (child) return fieldsOf(child, `${at}[]`);
  return words ? words.map((word) => `${at}=${word}`) : [at];
}

/** Those of them that a value sets. */
export function fieldsSet({ properties, ...schema }: Schema, value: unknown, at = ''): string[] {
  if (value === undefined) return [];
  if (properties)
    return Object.entries(properties).flatMap(([name, child]) =>
      fieldsSet(child, (value as Record<string, unknown>)[name], `${at}.${name}`),
    );
  const child = schema.additionalProperties ?? schema.items;
  if (child) return Object.values(value as object).flatMap((one) => fieldsSet(child, one, `${at}[]`));
  return [schema.enum ? `${at}=${value as string}` : at];
}

/** What the API server knows of `spec`. */
export function specSchema(): Schema {
  const [crd] = customResourceDefinitions() as unknown as {
    spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: Schema } } } }[] };
  }[];
  return crd!.spec.versions[0]!.schema.openAPIV3Schema.properties.spec;
}
