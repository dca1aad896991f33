import type { Source } from './source.ts';
import { z } from 'zod';
import { gitSource } from '../forges/git/spec.ts';
import { githubSource } from '../forges/github/spec.ts';
import { rules } from './schema-parts.ts';

/** A line for each kind of code host; what asks it is its line in `forges/all.ts`. */
export const gitSources = [gitSource, githubSource] as const;

/** The field of each source, of which a spec has exactly one: `has` says so. */
export type SourceFields<T extends readonly Source[]> = {
  [One in T[number] as One['name']]: z.ZodOptional<One['spec']>;
};

export const fieldsOf = <T extends readonly Source[]>(sources: T) =>
  Object.fromEntries(sources.map(({ name, spec }) => [name, spec.optional()])) as SourceFields<T>;

/** The rule that a spec names exactly one of the sources, for our own reading and for the API server. */
export function exactlyOneOf(sources: readonly Source[]) {
  const names = sources.map(({ name }) => name);
  const message = `set exactly one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const given = names.map((name) => `has(self.${name})`).join(', ');
  return {
    message,
    holds: (spec: object) => sources.filter((one) => namedBy(spec, [one])).length === 1,
    meta: rules({ rule: `[${given}].exists_one(given, given)`, message }),
  };
}

/** The one of a list that a spec names, with what the spec says there; undefined: none of this list. */
export function namedBy<T extends { readonly name: string }>(spec: object, list: readonly T[]) {
  const given = new Map<string, unknown>(Object.entries(spec));
  const one = list.find(({ name }) => given.get(name) !== undefined);
  return one && { one, own: given.get(one.name) };
}

/** What git clones, whichever way the repository is named. */
export function cloneUrl(spec: object): string {
  const source = namedBy<Source>(spec, gitSources);
  if (!source) throw new TypeError('unreachable: the schema wants exactly one source');
  return source.one.cloneUrl(source.own);
}
