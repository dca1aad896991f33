import { expect, test } from 'vitest';
import { label } from '../../src/model/labels.ts';
import { namespaceOf } from '../../src/model/preview.ts';
import { aRawDagRepository } from '../support/builders.ts';
import { aProduct } from '../support/memory-product.ts';
import { everyField, fieldsOf, fieldsSet, specSchema } from './every-field.ts';
import { referencesOf } from './references.ts';
import type { KubeObject } from '../../src/model/object.ts';

const BRANCH = 'feature/hardy';
/** Kubernetes makes it in every namespace. */
const OF_KUBERNETES = 'ConfigMap kube-root-ca.crt';

const aSecret = (name: string, use: string, stringData: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'offshoot', labels: { [label.use]: use } },
  data: Object.fromEntries(Object.entries(stringData).map(([key, text]) => [key, btoa(text)])),
});

const secrets = [
  aSecret('git', 'git', { username: 'reader', password: 'may only read' }),
  aSecret('webhook', 'webhook', { current: 'a key' }),
  aSecret('warehouse', 'env', { url: 'postgresql://warehouse' }),
  aSecret('slack', 'slack', { token: 'a token' }),
];

/** Everything that lies in the cluster once such a DagRepository has a preview, which begins with a dumped schema. */
async function made(spec: object): Promise<{ all: KubeObject[]; namespace: string }> {
  const it = await aProduct([aRawDagRepository(spec), ...secrets], [BRANCH]);
  await it.reconcileRepository();
  const { metadata } = it.store.list().find(({ kind }) => kind === 'Job')!;
  const { name, namespace = '', labels = {} } = metadata;
  const dump = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels } };
  await it.cluster.create({ ...dump, binaryData: { 'schema.gz': '' } });
  await it.reconcileRepository();
  await it.reconcilePreview(it.preview(BRANCH));
  expect(it.preview(BRANCH).status?.conditions?.[0]).toMatchObject({ reason: 'DatabaseStarting' });
  return { all: it.store.list(), namespace: namespaceOf(it.preview(BRANCH)) };
}

const keysOf = (object: KubeObject) =>
  ['data', 'binaryData'].flatMap((field) => Object.keys((object[field] as object | undefined) ?? {}));

test('the specs that stand for all set every field of the schema, and every word that one may have', () => {
  const schema = specSchema();
  const set = Object.values(everyField).flatMap((spec) => fieldsSet(schema, spec));
  expect([...new Set(set)].sort()).toEqual(fieldsOf(schema).sort());
});

test.each(Object.entries(everyField))(
  'every Secret and ConfigMap that a pod names is there, with every key that it wants of it (%s)',
  async (_what, spec) => {
    const { all } = await made(spec);
    const there = ({ kind, namespace }: { kind: string; namespace: string | undefined }, name: string) =>
      all.find(
        (one) => one.kind === kind && one.metadata.namespace === namespace && one.metadata.name === name,
      );
    const missing = all.flatMap((object) =>
      referencesOf(object).flatMap(({ kind, name, key }) => {
        const found = there({ kind, namespace: object.metadata.namespace }, name);
        const whole = found && (key === undefined || keysOf(found).includes(key));
        return whole || `${kind} ${name}` === OF_KUBERNETES
          ? []
          : `${object.kind} names ${kind} ${name} ${key ?? ''}`;
      }),
    );
    expect(missing).toEqual([]);
  },
);

test.each(Object.entries(everyField))(
  'no Secret and no ConfigMap lies in a preview that no pod of it names (%s)',
  async (_what, spec) => {
    const { all, namespace } = await made(spec);
    const inside = all.filter(({ metadata }) => metadata.namespace === namespace);
    const named = new Set(inside.flatMap(referencesOf).map(({ kind, name }) => `${kind} ${name}`));
    const lies = inside.filter(({ kind }) => kind === 'Secret' || kind === 'ConfigMap');
    expect(lies.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual(
      [...named].filter((one) => one !== OF_KUBERNETES).sort(),
    );
  },
);
