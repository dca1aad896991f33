import { customResourceDefinitions } from './crd.ts';
import type { KubeObject } from './object.ts';

/** What is used of a structural schema. */
interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
}

/** A typing error has no more. */
const EDITS = 2;

/**
 * The fields of an object of ours that its schema does not have, as kubectl's strict validation names them. Without
 * that validation, the API server drops them silently.
 */
export function unknownFields(object: KubeObject): string[] {
  const schema = schemaOf(object.kind);
  const known = pathsIn(schema);
  return strayIn(schema, { spec: object['spec'] }).map((path) => {
    const near = nearest(path, known);
    return `unknown field ${path}${near ? ` (did you mean ${near}?)` : ''}`;
  });
}

function schemaOf(kind: string): Schema {
  const definitions = customResourceDefinitions() as unknown as {
    spec: { names: { kind: string }; versions: { schema: { openAPIV3Schema: Schema } }[] };
  }[];
  return (
    definitions.find(({ spec }) => spec.names.kind === kind)?.spec.versions[0]?.schema.openAPIV3Schema ?? {}
  );
}

function strayIn({ properties, additionalProperties, items }: Schema, value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, at) => strayIn(items ?? {}, one, `${path}[${at}]`));
  return Object.entries(value).flatMap(([name, child]) => {
    const here = path ? `${path}.${name}` : name;
    if (!properties) return strayIn(additionalProperties ?? {}, child, here);
    return Object.hasOwn(properties, name) ? strayIn(properties[name]!, child, here) : [here];
  });
}

const pathsIn = ({ properties = {} }: Schema, path = ''): string[] =>
  Object.entries(properties).flatMap(([name, child]) => {
    const here = path ? `${path}.${name}` : name;
    return [here, ...pathsIn(child, here)];
  });

/** The same name in another place, or nearly the same one in this place. */
function nearest(path: string, known: readonly string[]): string | undefined {
  const [parent, name] = split(path);
  const beside = known
    .filter((one) => split(one)[0] === parent)
    .map((one) => ({ one, edits: editsBetween(split(one)[1], name) }))
    .sort((one, other) => one.edits - other.edits)[0];
  // A short name is near to too many.
  if (beside && beside.edits <= Math.min(EDITS, name.length / 3)) return beside.one;
  return known.find((one) => split(one)[1] === name);
}

const split = (path: string): [parent: string, name: string] => {
  const at = path.lastIndexOf('.');
  return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
};

/** Levenshtein's distance; capital letters do not count. A name of a length that differs by more than that is not compared. */
function editsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > EDITS) return Infinity;
  const [from, to] = [one.toLowerCase(), other.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + Number(from[i - 1] !== to[j - 1]));
    row = next;
  }
  return row[to.length]!;
}
