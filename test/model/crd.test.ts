import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { customResourceDefinitions } from '../../src/model/crd.ts';
import { kinds } from '../../src/model/kinds.ts';

interface Crd {
  metadata: { name: string };
  spec: {
    names: { kind: string; plural: string; shortNames: string[] };
    versions: {
      name: string;
      subresources: object;
      additionalPrinterColumns: { name: string; jsonPath: string }[];
      schema: { openAPIV3Schema: Schema };
    }[];
  };
}

interface Schema {
  type?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  [field: string]: unknown;
}

const crds = customResourceDefinitions() as unknown as Crd[];
const folder = new URL('../../helm/offshoot/crd/', import.meta.url);

test('helm/offshoot/crd holds what the schemas say: after a change, npm run generate', async () => {
  const files = await readdir(folder);
  const onDisk = await Promise.all(
    files.map(async (file) => parse(await readFile(new URL(file, folder), 'utf8')) as Crd),
  );
  const byName = (list: Crd[]) => Object.fromEntries(list.map((crd) => [crd.metadata.name, crd]));
  expect(byName(onDisk)).toEqual(byName(crds));
});

test.each(crds.map((crd) => [crd.spec.names.kind, crd] as const))(
  'the schema of %s is structural and holds nothing that the API server refuses',
  (_kind, crd) => {
    const faults: string[] = [];
    for (const { path, node } of nodes(crd.spec.versions[0]!.schema.openAPIV3Schema, 'schema')) {
      const fault = (text: string) => faults.push(`${path}: ${text}`);
      for (const refused of [
        'propertyNames',
        'const',
        '$ref',
        '$schema',
        'definitions',
        'dependencies',
        'id',
      ])
        if (refused in node) fault(`${refused} is refused`);
      if (Array.isArray(node.type)) fault('type is a list');
      if (node.additionalProperties === false) fault('additionalProperties: false is refused');
      if (node.properties && node.additionalProperties)
        fault('properties and additionalProperties exclude each other');
      if (typeof node.type !== 'string' && !node['x-kubernetes-int-or-string']) fault('has no type');
      if (node.type === 'array' && !node.items) fault('has no items');
      for (const union of ['anyOf', 'oneOf', 'allOf', 'not'])
        if (union in node && !node['x-kubernetes-int-or-string']) fault(`${union} is no part of ours`);
      const names = Object.keys(node.properties ?? {});
      for (const required of (node['required'] as string[] | undefined) ?? [])
        if (!names.includes(required)) fault(`requires ${required}, which it does not have`);
    }
    expect(faults).toEqual([]);
  },
);

test.each(crds.map((crd) => [crd.spec.names.kind, crd] as const))(
  'every text and list that CEL looks at in %s has a largest size, or its cost cannot be bounded',
  (_kind, crd) => {
    const unbounded = nodes(crd.spec.versions[0]!.schema.openAPIV3Schema, 'schema').filter(
      ({ node }) =>
        node['x-kubernetes-validations'] &&
        node.type === 'string' &&
        JSON.stringify(node['x-kubernetes-validations']).includes('matches(') &&
        !('maxLength' in node),
    );
    expect(unbounded.map(({ path }) => path)).toEqual([]);
  },
);

test('every rule has a sentence of its own', () => {
  for (const crd of crds) {
    for (const { path, node } of nodes(crd.spec.versions[0]!.schema.openAPIV3Schema, 'schema')) {
      const list = (node['x-kubernetes-validations'] ?? []) as { rule: string; message: string }[];
      for (const { rule, message } of list) expect(message, `${path}: ${rule}`).toMatch(/\w+ \w+/);
    }
  }
});

test('both kinds have a status of their own, and columns that a person can read', () => {
  const shown = (crd: Crd) => crd.spec.versions[0]!.additionalPrinterColumns.map(({ name }) => name);
  expect(Object.fromEntries(crds.map((crd) => [crd.spec.names.kind, shown(crd)]))).toEqual({
    DagRepository: ['Ready', 'Reason', 'Previews', 'Updated', 'Git', 'Age'],
    Preview: ['Branch', 'Ready', 'Reason', 'Commit', 'URL', 'Age', 'Notified', 'Message'],
  });
  for (const crd of crds) expect(crd.spec.versions[0]!.subresources).toEqual({ status: {} });
});

test('every column shows a field that the schema has', () => {
  for (const crd of crds) {
    const version = crd.spec.versions[0]!;
    for (const { jsonPath } of version.additionalPrinterColumns) {
      if (jsonPath.startsWith('.metadata')) continue;
      const steps = jsonPath
        .replace(/\[.*?\]/, '.items')
        .split('.')
        .slice(1);
      const found = steps.reduce<Schema | undefined>(
        (node, step) => (step === 'items' ? node?.items : node?.properties?.[step]),
        version.schema.openAPIV3Schema,
      );
      expect(found, jsonPath).toBeDefined();
    }
  }
});

test('the table of kinds says the same as the definitions', () => {
  for (const { spec } of crds) {
    const kind = Object.values(kinds).find((one) => one.kind === spec.names.kind);
    expect(kind).toMatchObject({
      plural: spec.names.plural,
      apiVersion: 'offshoot.dev/v1alpha1',
      namespaced: true,
    });
  }
});

function nodes(node: Schema, path: string): { path: string; node: Schema }[] {
  const children = [
    ...Object.entries(node.properties ?? {}).map(([name, child]) => [`${path}.${name}`, child] as const),
    ...(node.items ? [[`${path}[]`, node.items] as const] : []),
    ...(typeof node.additionalProperties === 'object'
      ? [[`${path}.*`, node.additionalProperties] as const]
      : []),
  ];
  return [{ path, node }, ...children.flatMap(([at, child]) => nodes(child, at))];
}
