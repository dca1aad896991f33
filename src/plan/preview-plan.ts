import { findCondition } from '../model/conditions.ts';
import { designOf } from './design.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import type { Observed } from '../observe/api.ts';
import type { Plan } from './api.ts';
import type { PlanSettings } from './design.ts';

export interface PlanInput {
  preview: Preview;
  repository:
    | { state: 'found'; repository: DagRepository }
    | { state: 'absent' }
    | { state: 'unreadable'; message: string };
  observed: Observed;
  settings: PlanSettings;
}

type Rule = (input: PlanInput) => Plan | undefined;

/** The specification of a preview's life: the first rule that has an opinion decides. */
const rules: readonly [phrase: string, rule: Rule][] = [
  [
    'a Preview that is being deleted is torn down',
    (input) => (deleting(input.preview) ? { kind: 'Teardown', keep: undefined } : undefined),
  ],
  ['without its DagRepository it loses its workloads and stays', orphaned],
  ['a DagRepository that cannot be read changes nothing', unreadable],
  ['a branch that is not there (only a hand-made Preview outlives it) has no workloads', missingBranch],
  ['nothing is made for a branch that the git host has not confirmed', unverified],
  ['credentials that may write are never copied beside branch code', writableCredentials],
  ['a namespace of our name that is not ours is never touched', foreignNamespace],
  ['everything else converges', converge],
];

/** Pure: what should be done about a preview, given what was seen. */
export function planPreview(input: PlanInput): Plan {
  for (const [, rule] of rules) {
    const plan = rule(input);
    if (plan) return plan;
  }
  throw new Error('unreachable: the last rule always decides');
}

const deleting = (preview: Preview) => preview.metadata.deletionTimestamp !== undefined;

function orphaned({ preview, repository }: PlanInput): Plan | undefined {
  if (repository.state !== 'absent') return undefined;
  const name = preview.spec.repositoryRef.name;
  return {
    kind: 'Teardown',
    keep: {
      reason: 'RepositoryNotFound',
      message: `There is no DagRepository ${name} in this namespace; create it or delete this Preview.`,
    },
  };
}

function unreadable({ preview, repository }: PlanInput): Plan | undefined {
  if (repository.state !== 'unreadable') return undefined;
  const name = preview.spec.repositoryRef.name;
  return {
    kind: 'Wait',
    reason: 'RepositoryStalled',
    message: `DagRepository ${name} cannot be used: ${repository.message}`,
  };
}

function missingBranch({ preview }: PlanInput): Plan | undefined {
  if (!preview.status?.branch?.missing) return undefined;
  const message = `The repository has no branch ${preview.spec.branch}; push it, or delete this Preview.`;
  return { kind: 'Teardown', keep: { reason: 'BranchNotFound', message } };
}

function unverified({ preview, repository }: PlanInput): Plan | undefined {
  if (preview.status?.branch?.head && preview.status.url) return undefined;
  const trouble =
    repository.state === 'found'
      ? findCondition(repository.repository.status?.conditions, 'Ready')
      : undefined;
  if (trouble?.status === 'False') return { kind: 'Wait', reason: trouble.reason, message: trouble.message };
  return {
    kind: 'Wait',
    reason: 'BranchNotVerified',
    message: `Asking the git host for ${preview.spec.branch}.`,
  };
}

function writableCredentials({ repository }: PlanInput): Plan | undefined {
  const ref = repository.state === 'found' ? repository.repository.spec.credentialsSecretRef : undefined;
  if (!ref || ref.readOnly) return undefined;
  const message = `git-sync needs a copy of Secret ${ref.name}. Put credentials there that can only read, and say so with spec.credentialsSecretRef.readOnly: true.`;
  return { kind: 'Wait', reason: 'CredentialsNotReadOnly', message };
}

function foreignNamespace({ observed }: PlanInput): Plan | undefined {
  if (observed.namespace.state !== 'foreign') return undefined;
  const message = `${observed.namespace.message ?? ''} It is left alone; rename or delete it, and the preview is made.`;
  return { kind: 'Wait', reason: 'NamespaceTaken', message: message.trim() };
}

function converge({ preview, repository, observed, settings }: PlanInput): Plan {
  if (repository.state !== 'found')
    throw new Error('unreachable: an earlier rule decides without a DagRepository');
  const design = designOf(
    repository.repository,
    preview,
    preview.status?.url ?? '',
    observed.network,
    settings,
  );
  return { kind: 'Converge', design };
}
