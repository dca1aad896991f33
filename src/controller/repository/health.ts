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

/** Two DagRepositories under one origin would give two branches one address. */
export function taken({ metadata, spec }: DagRepository, owner: KubeObject | undefined): Health | undefined {
  if (!owner || owner.metadata.uid === metadata.uid) return undefined;
  return {
    reason: 'UrlTaken',
    message: `${spec.url.base} belongs to DagRepository ${keyText(keyOf(owner))}, which is older. Give this one a spec.url.base of its own, or delete that one.`,
    state: 'Stalled',
  };
}

export const ill = ({ reason, message }: Problem): Health => ({
  reason,
  message,
  state: reason === 'SecretMissing' || reason === 'RepositoryMoved' ? 'Stalled' : 'Reconciling',
});

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

export const counts = ({ spec }: DagRepository, { grants, inUse }: Granted) => ({
  previews: grants.size,
  slots: `${inUse}/${spec.maxPreviews}`,
});
