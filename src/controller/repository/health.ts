import { findCondition } from '../../model/conditions.ts';
import { clip } from '../../model/clip.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { needsSomebody, rowOf } from '../../model/reasons.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Explanation } from '../../model/explanation.ts';
import type { Problem } from '../../model/problem.ts';
import type { Reason } from '../../model/reasons.ts';
import type { Granted } from './grants.ts';
import type { Refusal } from './refusals.ts';
import type { RepositoryState } from './save-repository-status.ts';

export const suspended: RepositoryState = {
  reason: 'Suspended',
  message:
    'spec.suspend is true: nothing is created, changed or removed for its previews. Webhook deliveries are still recorded; set it to false to resume and catch up.',
  state: 'Stalled',
};

/** Two DagRepositories on one host would give two branches one address, and each other's cookies. */
export function taken(
  { metadata, spec }: DagRepository,
  owner: KubeObject | undefined,
): RepositoryState | undefined {
  if (!owner || owner.metadata.uid === metadata.uid) return undefined;
  return {
    reason: 'UrlTaken',
    message: `The host of ${spec.url.base} belongs to the older DagRepository ${keyText(keyOf(owner))}, whatever the scheme and port. Set another host in spec.url.base, or delete that DagRepository.`,
    state: 'Stalled',
  };
}

export const ill = ({ reason, message }: Explanation): RepositoryState => ({
  reason,
  message,
  // A host is asked again; whatever else does not pass by itself, somebody has to change.
  state: rowOf(reason).about === 'git host' || !needsSomebody(reason) ? 'Reconciling' : 'Stalled',
});

/** Somebody has to make or label a Secret, or put a key into it. */
export const ofSecret = (reason: Reason) => rowOf(reason).about === 'secret';

/** Its webhooks are refused; branches are listed all the same. */
export const deaf = ({ spec }: DagRepository, { reason, message }: Problem): RepositoryState => ({
  reason,
  message: `The git host answers, and branches are listed every ${spec.resyncInterval}; but webhook deliveries are refused: ${message}`,
  state: 'Ready',
});

/** While previews are being updated, or no longer are because one of them broke. */
export function rolling({ metadata }: DagRepository, { rollOut }: Granted): RepositoryState | undefined {
  const { updated, total, broken } = rollOut;
  if (updated === total) return undefined;
  const so = `${updated} of ${total} previews have been updated to generation ${metadata.generation}`;
  if (!broken) return { reason: 'Updating', message: `${so}, two at a time.`, state: 'Reconciling' };
  const why = findCondition(broken.status?.conditions, 'Ready');
  return {
    reason: 'RolloutStalled',
    message: `${broken.spec.branch} stopped working when it was updated (${why?.reason}: ${why?.message}). ${so}; the others are left as they are until it works or this DagRepository is changed again.`,
    state: 'Stalled',
  };
}

/** So many branches are named; the others are counted. */
const NAMED = 3;

/** The others are followed all the same: the host answers, and what is wrong is each branch's own. */
export function someRefused(refusals: readonly Refusal[]): RepositoryState | undefined {
  if (refusals.length === 0) return undefined;
  const sorted = [...refusals].sort((one, other) => (one.branch < other.branch ? -1 : 1));
  const named = sorted.slice(0, NAMED).map(({ branch, words }) => `${clip(branch, 100)}: ${words}`);
  const more = sorted.length - named.length;
  const [count, each] =
    sorted.length === 1 ? ['1 branch', 'it is'] : [`${sorted.length} branches`, 'each is'];
  return {
    reason: 'BranchesRefused',
    message: [
      `${count} cannot be followed; previews follow all others.`,
      ...named.map((one) => (/[.!?…]$/.test(one) ? one : `${one}.`)),
      ...(more > 0 ? [`And ${more} more.`] : []),
      `Remove the obstacle or delete the branch; ${each} retried at least every five minutes.`,
    ].join(' '),
    state: 'Ready',
  };
}

export function well({ spec }: DagRepository, { inUse, waiting }: Granted): RepositoryState {
  const line = waiting
    ? ` ${inUse} of ${spec.maxPreviews} previews are in use, ${waiting} ${waiting === 1 ? 'waits' : 'wait'} in line.`
    : '';
  return {
    reason: 'Ready',
    message: `The git host answers; previews follow its branches.${line}`,
    state: 'Ready',
  };
}

export const counts = ({ spec }: DagRepository, { grants, inUse, rollOut }: Granted) => ({
  previews: grants.size,
  slots: `${inUse}/${spec.maxPreviews}`,
  updated: `${rollOut.updated}/${rollOut.total}`,
});
