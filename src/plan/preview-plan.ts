import { findCondition } from '../model/conditions.ts';
import { isFailure, rowOf } from '../model/reasons.ts';
import { designOf } from './design.ts';
import { wakeFor } from './wake.ts';
import type { Preview } from '../model/preview.ts';
import type { Reason } from '../model/reasons.ts';
import type { Design, Plan, PlanInput } from './api.ts';

type Rule = (input: PlanInput) => Plan | undefined;

/** The specification of a preview's life: the first rule that has an opinion decides. */
const rules: readonly [phrase: string, rule: Rule][] = [
  [
    'a Preview that is being deleted is torn down',
    (input) => (deleting(input.preview) ? { kind: 'Teardown', keep: undefined } : undefined),
  ],
  ['without its DagRepository it loses its workloads and stays', orphaned],
  ['an invalid DagRepository changes nothing', unreadable],
  ['while its DagRepository is suspended it is left as it is', repositorySuspended],
  ['a branch that is not there (only a hand-made Preview outlives it) has no workloads', missingBranch],
  ['a suspended Preview has no workloads', suspended],
  ['nothing is created for a branch that the git host has not confirmed', unverified],
  ['nothing is created without a slot', queued],
  ['a preview that waits for its update is left as it is', held],
  ['credentials that may write are never copied beside branch code', writableCredentials],
  ['what is left of an earlier Preview goes first', orphanedNamespace],
  ['a namespace of our name that is not ours is never touched', foreignNamespace],
  ['nothing can be created in a namespace that is being deleted', terminatingNamespace],
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
      message: `There is no DagRepository ${name} in this namespace; create it, or delete this Preview.`,
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

function repositorySuspended(input: PlanInput): Plan | undefined {
  const { preview, repository } = input;
  if (repository.state !== 'found' || !repository.repository.spec.suspend) return undefined;
  const message = `DagRepository ${preview.spec.repositoryRef.name} is suspended: nothing is created until its spec.suspend is false.`;
  return hold(input, 'Suspended', message);
}

/** What is there already stays as it is; nothing new is begun. */
function hold(input: PlanInput, reason: Reason, message: string): Plan {
  return input.observed.namespace.state === 'ours'
    ? { kind: 'Hold', ...whatRuns(input) }
    : { kind: 'Wait', reason, message };
}

function suspended({ preview }: PlanInput): Plan | undefined {
  if (!preview.spec.suspend) return undefined;
  const message = 'spec.suspend is true; set it to false to recreate it.';
  return { kind: 'Teardown', keep: { reason: 'Suspended', message } };
}

function missingBranch({ preview }: PlanInput): Plan | undefined {
  if (!preview.status?.branch?.missing) return undefined;
  const message = `The repository has no branch ${preview.spec.branch}; push it, or delete this Preview.`;
  return { kind: 'Teardown', keep: { reason: 'BranchNotFound', message } };
}

function unverified({ preview, repository }: PlanInput): Plan | undefined {
  const { branch, url = '' } = preview.status ?? {};
  if (branch?.head && URL.canParse(url)) return undefined;
  const trouble =
    repository.state === 'found'
      ? findCondition(repository.repository.status?.conditions, 'Ready')
      : undefined;
  // An update that stalls keeps no branch from being looked up.
  if (trouble?.status === 'False' && isFailure(trouble.reason) && rowOf(trouble.reason).about !== 'update')
    return { kind: 'Wait', reason: trouble.reason, message: trouble.message };
  return {
    kind: 'Wait',
    reason: 'BranchNotVerified',
    message: `Looking up branch ${preview.spec.branch}.`,
  };
}

function queued(input: PlanInput): Plan | undefined {
  const { admitted, queue } = input.preview.status ?? {};
  if (admitted) return undefined;
  const message = queue
    ? `${ordinal(queue.place)} in line; ${queue.inUse} of ${queue.max} previews are in use.`
    : 'Waiting for a slot.';
  return hold(input, 'Queued', message);
}

function held(input: PlanInput): Plan | undefined {
  if (input.repository.state !== 'found' || !input.repository.held) return undefined;
  return hold(input, 'Preparing', 'Waiting for its DagRepository revision.');
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });

function ordinal(place: number): string {
  const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
  return `${place}${endings[ordinals.select(place)]}`;
}

function writableCredentials(input: PlanInput): Plan | undefined {
  const { repository, observed } = input;
  const ref = repository.state === 'found' ? repository.repository.spec.credentialsSecretRef : undefined;
  if (!ref || ref.readOnly || observed.mintsCredentials) return undefined;
  const message = `git-sync needs a copy of Secret ${ref.name}. Use credentials that can only read, and declare that with spec.credentialsSecretRef.readOnly: true.`;
  const plan = hold(input, 'CredentialsNotReadOnly', message);
  return plan.kind === 'Hold' ? { ...plan, trouble: { reason: 'CredentialsNotReadOnly', message } } : plan;
}

function orphanedNamespace({ observed }: PlanInput): Plan | undefined {
  if (observed.namespace.state !== 'orphaned') return undefined;
  return { kind: 'Wait', reason: 'NamespaceOrphaned', message: observed.namespace.message };
}

function foreignNamespace({ observed }: PlanInput): Plan | undefined {
  if (observed.namespace.state !== 'foreign') return undefined;
  const message = `${observed.namespace.message} It is not touched. Rename or delete it so that the preview can be created.`;
  return { kind: 'Wait', reason: 'NamespaceTaken', message };
}

function terminatingNamespace({ observed }: PlanInput): Plan | undefined {
  if (observed.namespace.state !== 'terminating') return undefined;
  const message = 'Its namespace is being deleted; the preview is recreated once it is gone.';
  return { kind: 'Wait', reason: 'Preparing', message };
}

function converge(input: PlanInput): Plan {
  return { kind: 'Converge', ...whatRuns(input) };
}

const whatRuns = (input: PlanInput) => ({
  design: designFor(input),
  wake: wakeFor(input.preview, input.observed),
});

function designFor({ preview, repository, observed, settings }: PlanInput): Design {
  if (repository.state !== 'found')
    throw new Error('unreachable: an earlier rule decides without a DagRepository');
  return designOf(repository.repository, preview, preview.status?.url ?? '', observed.network, settings);
}
