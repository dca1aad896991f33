/**
 * Fields of an object, as server-side apply counts them. A step is `f:name`, or `k:{"type":"Ready"}` for one of the conditions, the only
 * list here whose items are told apart; any other list is one field.
 */
export type Path = readonly string[];

type Json = Record<string, unknown>;
type Keyed = Json & { type: string };

export const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areConditions = (step: string | undefined, value: unknown): value is Keyed[] =>
  step === 'f:conditions' && Array.isArray(value);
const keyStep = (type: string) => `k:${JSON.stringify({ type })}`;
const typeIn = (step: string) => (JSON.parse(step.slice(2)) as Keyed).type;

/** Every field of a value that holds no others, by its path as text. */
export function leaves(value: unknown, at: Path = []): Map<string, Path> {
  const inner: [string, unknown][] = isObject(value)
    ? Object.entries(value).map(([name, child]) => [`f:${name}`, child])
    : [];
  const items = areConditions(at.at(-1), value) ? value.map((one) => [...at, keyStep(one.type)]) : [];
  if (inner.length + items.length === 0) return new Map([[JSON.stringify(at), at]]);
  const below = inner.flatMap(([step, child]) => [...leaves(child, [...at, step])]);
  return new Map([...below, ...items.map((path) => [JSON.stringify(path), path] as const)]);
}

export function valueAt(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return value;
  if (step.startsWith('k:'))
    return Array.isArray(value) ? (value as Keyed[]).find((one) => one.type === typeIn(step)) : undefined;
  return isObject(value) ? valueAt(value[step.slice(2)], rest) : undefined;
}

/** Another value with this field in it; undefined takes the field away, and with it whatever then holds nothing. */
export function withField(value: unknown, [step, ...rest]: Path, field: unknown): unknown {
  if (step === undefined) return field;
  if (step.startsWith('k:')) {
    const items = Array.isArray(value) ? (value as Keyed[]) : [];
    if (field === undefined) return emptied(items.filter((one) => one.type !== typeIn(step)));
    const known = items.some((one) => one.type === typeIn(step));
    return known ? items.map((one) => (one.type === typeIn(step) ? field : one)) : [...items, field];
  }
  const name = step.slice(2);
  const { [name]: child, ...others } = isObject(value) ? value : {};
  const next = withField(child, rest, field);
  if (next === undefined) return emptied(others);
  return { ...(isObject(value) ? value : {}), [name]: next };
}

const emptied = <T extends object>(value: T) => (Object.keys(value).length === 0 ? undefined : value);

/** Paths as `managedFields` hold them, and back. */
export function treeOf(paths: Iterable<Path>): Json {
  const tree: Json = {};
  for (const path of paths) path.reduce<Json>((at, step) => (at[step] ??= {}) as Json, tree);
  return tree;
}

export const pathsIn = (tree: unknown, at: Path = []): Path[] =>
  Object.entries((tree ?? {}) as Json).flatMap(([step, inner]) =>
    Object.keys(inner as Json).length ? pathsIn(inner, [...at, step]) : [[...at, step]],
  );
