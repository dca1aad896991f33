import { findCondition } from '../../model/conditions.ts';
import { keyOf, keyText } from '../../model/object.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Problem } from '../../model/problem.ts';
import type { Granted } from './grants.ts';
import type { Health } from './say.ts';

export const suspended: Health = {
  reason: 'Suspended',
  message:
    'spec.suspend is true: nothing is made, changed or removed for its previews. Webhooks still leave their marks; set it to false, and everything is caught up.',
  state: 'Stalled',
};

/** Two DagRepositories on one host would give two branches one address, and each other's cookies. */
export function taken({ metadata, spec }: DagRepository, owner: KubeObject | undefined): Health | undefined {
  if (!owner || owner.metadata.uid === metadata.uid) return undefined;
  return {
    reason: 'UrlTaken',
    message: `The host of ${spec.url.base} belongs to DagRepository ${keyText(keyOf(owner))}, which is older, whatever the scheme and port. Give this one a host of its own in spec.url.base, or delete that one.`,
    state: 'Stalled',
  };
}

export const ill = ({ reason, message }: Problem): Health => ({
  reason,
  message,
  state: reason === 'SecretMissing' || reason === 'RepositoryMoved' ? 'Stalled' : 'Reconciling',
});

/** While previews are being updated, or no longer are because one of them broke. */
export function rolling({ metadata }: DagRepository, { rollOut }: Granted): Health | undefined {
  const { updated, total, broken } = rollOut;
  if (updated === total) return undefined;
  const so = `${updated} of ${total} previews are updated to generation ${metadata.generation}`;
  if (!broken) return { reason: 'Updating', message: `${so}, two at a time.`, state: 'Reconciling' };
  const why = findCondition(broken.status?.conditions, 'Ready');
  return {
    reason: 'RolloutStalled',
    message: `${broken.spec.branch} worked until it was updated (${why?.reason}: ${why?.message}). ${so}; the others are left as they are until it works, or this DagRepository is changed again.`,
    state: 'Stalled',
  };
}

export function well({ spec }: DagRepository, { inUse, waiting }: Granted): Health {
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
