import { clip } from './clip.ts';
import { codeOf, textOf } from './problem.ts';

/** The Kubernetes API will not have this very object: by its schema, a quota, an admission policy or our rights. Others may be fine. */
export const isRefusal = (error: unknown) =>
  ['Invalid', 'Forbidden', 'BadRequest', 'NamespaceGone'].includes(codeOf(error) ?? '');

/** What was said of it, in the server's own words, and no longer than a sentence needs. */
export const wordsOf = (error: unknown) =>
  clip((error as { said?: string } | undefined)?.said ?? textOf(error), 300);
