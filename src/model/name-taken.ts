import { clip } from './clip.ts';
import { keyOf, keyText } from './object.ts';
import { isFor, readPreview } from './preview.ts';
import type { KubeObject } from './object.ts';

/**
 * Anyone can compute the name of a branch's Preview and give it to another one. Returns why the existing Preview (`there`) does not
 * belong to this branch, and the remedy; undefined if it does belong to it.
 */
export function nameTaken(there: KubeObject, repository: KubeObject, branch: string): string | undefined {
  const read = readPreview(there);
  if (read.ok && isFor(repository, branch)(read.preview)) return undefined;
  const { branch: other, repositoryRef } = read.ok ? read.preview.spec : {};
  const what = read.ok
    ? `is for branch ${clip(other ?? '', 100)} of DagRepository ${repositoryRef?.name}`
    : 'is invalid';
  return `Preview ${keyText(keyOf(there))} has the name reserved for this branch, but ${what}. Delete that Preview to free the name.`;
}
