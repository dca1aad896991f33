import { parse } from 'yaml';
import { objectKey } from '../../src/model/object.ts';
import type { KubeObject } from '../../src/model/object.ts';

/** What differs between two renderings, object by object, a line for each value: `-` as in the first, `+` as in the second. */
export function differences(first: readonly KubeObject[], second: readonly KubeObject[]): string {
  const [before, after] = [first, second].map(
    (all) => new Map(all.map((one) => [key(one), [...lines(one)]])),
  );
  return [...new Set([...before!.keys(), ...after!.keys()])]
    .map((name) => [name, changes(before!.get(name) ?? [], after!.get(name) ?? [])] as const)
    .filter(([, changed]) => changed.length > 0)
    .map(([name, changed]) => [name, ...changed, ''].join('\n'))
    .join('\n');
}

/** The Namespace is called otherwise in each. */
const key = (object: KubeObject) => (object.kind === 'Namespace' ? 'Namespace' : objectKey(object));

function changes(before: string[], after: string[]): string[] {
  if (after.length === 0) return ['- all of it'];
  const isIn = (lines: string[]) => (path: string) =>
    lines.some((line) => line.startsWith(path) && /^[.:[]/.test(line.slice(path.length)));
  const gone = before
    .filter((line) => !after.includes(line))
    .map((line) => `- ${removed(line, isIn(after))}`);
  const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const path = (line: string) => line.slice(2).split(': ', 1)[0];
  const paths = new Set([...gone, ...come].map(path));
  return [...paths].flatMap((one) => [...new Set([...gone, ...come])].filter((line) => path(line) === one));
}

/** Of an element that is gone as a whole, its path alone: what was in it, the whole golden file says. */
function removed(line: string, isThere: (path: string) => boolean): string {
  const path = line.split(': ', 1)[0] ?? '';
  const elements = [...path.matchAll(/[^[]\]/g)].map(({ index }) => path.slice(0, index + 2));
  return elements.find((element) => !isThere(element)) ?? line;
}

/** Every value with the path that leads to it. Elements that have names go by them, and their order is a value of its own. */
function* lines(value: unknown, path = ''): Generator<string> {
  if (typeof value === 'string' && path.endsWith('.yaml')) {
    yield* lines(parse(value), path);
    return;
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    yield `${path}: ${JSON.stringify(value)}`;
    return;
  }
  if (!Array.isArray(value)) {
    for (const [name, child] of Object.entries(value)) yield* lines(child, path ? `${path}.${name}` : name);
    return;
  }
  const names = value.map((one: { name?: string } | null, at) => one?.name ?? String(at));
  if (value.some((one: { name?: string } | null) => one?.name !== undefined))
    yield `${path}[]: ${names.join(', ')}`;
  for (const [at, child] of value.entries()) yield* lines(child, `${path}[${names[at]}]`);
}
