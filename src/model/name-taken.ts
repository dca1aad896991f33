import { clip } from './clip.ts';
import { keyOf, keyText } from './object.ts';
import { isFor, readPreview } from './preview.ts';
import type { KubeObject } from './object.ts';

/**
 * Anybody can compute the name of a branch's Preview and give it to another one. Says why the Preview that is `there` is none of this
 * branch's, and what to do about it; undefined if it is.
 */
export function nameTaken(there: KubeObject, repository: KubeObject, branch: string): string | undefined {
  const read = readPreview(there);
  if (read.ok && isFor(repository, branch)(read.preview)) return undefined;
  const { branch: other, repositoryRef } = read.ok ? read.preview.spec : {};
  const what = read.ok
    ? `stands for branch ${clip(other ?? '', 100)} of DagRepository ${repositoryRef?.name}`
    : 'cannot be read';
  return `Preview ${keyText(keyOf(there))} has the name that belongs to this branch, but ${what}. Delete that Preview, and the branch gets its own.`;
}
