import { clip } from './clip.ts';
import { codeOf, textOf } from './problem.ts';

/** The Kubernetes API rejects this particular object: by schema, quota, admission policy or our permissions. Others can be fine. */
export const isRefusal = (error: unknown) =>
  ['Invalid', 'Forbidden', 'BadRequest', 'NamespaceGone'].includes(codeOf(error) ?? '');

/** The server's own words about it, clipped to a sentence's length. */
export const wordsOf = (error: unknown) =>
  clip((error as { said?: string } | undefined)?.said ?? textOf(error), 300);
