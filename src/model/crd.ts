import { z } from 'zod';
import { dagRepositorySpec, dagRepositoryStatus } from './dag-repository.ts';
import { GROUP } from './labels.ts';
import { previewSpec, previewStatus } from './preview.ts';

type Json = { [key: string]: unknown };

/** The two CustomResourceDefinitions, made of the zod schemas that also check what we read. */
export function customResourceDefinitions(): Json[] {
  return [
    crd({
      kind: 'DagRepository',
      plural: 'dagrepositories',
      shortNames: ['dagrepo'],
      spec: dagRepositorySpec,
      status: dagRepositoryStatus,
      columns: [
        column('Ready', ".status.conditions[?(@.type=='Ready')].status"),
        column('Reason', ".status.conditions[?(@.type=='Ready')].reason"),
        column('Previews', '.status.slots'),
        column('Updated', '.status.updated'),
        column('Git', '.status.git'),
        column('Age', '.metadata.creationTimestamp', 'date'),
      ],
    }),
    crd({
      kind: 'Preview',
      plural: 'previews',
      shortNames: ['pvw'],
      spec: previewSpec,
      status: previewStatus,
      columns: [
        column('Branch', '.spec.branch'),
        column('Ready', ".status.conditions[?(@.type=='Ready')].status"),
        column('Reason', ".status.conditions[?(@.type=='Ready')].reason"),
        column('Commit', '.status.commit.synced'),
        column('URL', '.status.url'),
        column('Age', '.metadata.creationTimestamp', 'date'),
        { ...column('Notified', ".status.conditions[?(@.type=='Notified')].reason"), priority: 1 },
        { ...column('Message', ".status.conditions[?(@.type=='Ready')].message"), priority: 1 },
      ],
    }),
  ];
}

const column = (name: string, jsonPath: string, type = 'string') => ({ name, type, jsonPath });

interface Definition {
  kind: string;
  plural: string;
  shortNames: string[];
  spec: z.ZodType;
  status: z.ZodType;
  columns: Json[];
}

function crd({ kind, plural, shortNames, spec, status, columns }: Definition): Json {
  const schema = {
    type: 'object',
    required: ['spec'],
    properties: { spec: structural(spec), status: structural(status) },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Deleting a definition deletes every object of it: `helm uninstall` must not do that by the way.
    metadata: { name: `${plural}.${GROUP}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames,
        categories: ['offshoot'],
      },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}

/** A structural schema as the API server takes it: it refuses propertyNames, const, type arrays and additionalProperties: false. */
function structural(schema: z.ZodType): Json {
  return simplify(z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' }));
}

function simplify(node: Json): Json {
  const out: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (['$schema', 'propertyNames', 'id'].includes(key)) continue;
    if (key === 'additionalProperties' && value === false) continue;
    if (key === 'pattern' && hasRules(node)) continue; // a CEL rule says the same with a better sentence
    if (key === 'anyOf' && node['x-kubernetes-int-or-string']) {
      out[key] = [{ type: 'integer' }, { type: 'string' }];
    } else if (key === 'properties') {
      // The API server keeps no empty one, and what it shows is compared with this.
      if (Object.keys(value as Json).length === 0) continue;
      out[key] = Object.fromEntries(
        Object.entries(value as Json).map(([name, child]) => [name, simplify(child as Json)]),
      );
    } else if (['items', 'additionalProperties'].includes(key)) out[key] = simplify(value as Json);
    else if (
      (key === 'minimum' || key === 'maximum') &&
      Math.abs(value as number) === Number.MAX_SAFE_INTEGER
    )
      continue;
    else out[key] = value;
  }
  return out;
}

const hasRules = (node: Json) => JSON.stringify(node['x-kubernetes-validations'] ?? '').includes('.matches(');
