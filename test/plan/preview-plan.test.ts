import { expect, test } from 'vitest';
import { planPreview } from '../../src/plan/preview-plan.ts';
import {
  aCondition,
  aDagRepository,
  anObserved,
  aPreview,
  HEAD,
  admitted,
  planSettings,
  URL_OF_HARDY,
  verified,
} from '../support/builders.ts';
import type { Preview } from '../../src/model/preview.ts';
import type { Observed } from '../../src/observe/api.ts';
import type { PlanInput } from '../../src/plan/api.ts';

interface Case {
  preview?: Preview;
  repository?: PlanInput['repository'];
  observed?: Observed;
}

const found = (...args: Parameters<typeof aDagRepository>) =>
  ({ state: 'found', repository: aDagRepository(...args) }) as const;
const plan = ({
  preview = aPreview({ status: admitted }),
  repository = found(),
  observed = anObserved(),
}: Case) => planPreview({ preview, repository, observed, settings: planSettings });

const absent = { state: 'absent' } as const;
const unreadable = { state: 'unreadable', message: 'git.url is wrong.' } as const;
const foreign = anObserved({
  namespace: { state: 'foreign', message: 'Namespace n is not ours.' },
});
const aNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } };
const orphaned = anObserved({
  namespace: { state: 'orphaned', message: 'Namespace n is left from an earlier Preview.' },
});
const writable = found({ credentialsSecretRef: { name: 'keys' } });
const missing = aPreview({ status: { ...admitted, branch: { missing: true } }, byHand: true });
const deleting = aPreview({ status: admitted, deleting: true });
const unverified = aPreview();
const asleep = { ...aPreview({ status: admitted }), spec: { ...aPreview().spec, suspend: true } };
const inLine = (place: number) => aPreview({ status: { ...verified, queue: { place, inUse: 20, max: 20 } } });
const suspended = found({ suspend: true });
const unmade = anObserved({ namespace: { state: 'absent' } });

// Each line differs from a preview that converges in one thing alone.
test.each<[what: string, world: Case, decision: object]>([
  ['one that is being deleted is torn down', { preview: deleting }, { kind: 'Teardown', keep: undefined }],
  [
    'one without its DagRepository loses its workloads and stays',
    { repository: absent },
    {
      kind: 'Teardown',
      keep: {
        reason: 'RepositoryNotFound',
        message: 'There is no DagRepository dags in this namespace; create it, or delete this Preview.',
      },
    },
  ],
  [
    'one whose DagRepository cannot be read changes nothing',
    { repository: unreadable },
    {
      kind: 'Wait',
      reason: 'RepositoryStalled',
      message: 'DagRepository dags cannot be used: git.url is wrong.',
    },
  ],
  [
    'one whose branch is not there has no workloads and stays',
    { preview: missing },
    {
      kind: 'Teardown',
      keep: {
        reason: 'BranchNotFound',
        message: 'The repository has no branch feature/hardy; push it, or delete this Preview.',
      },
    },
  ],
  [
    'one that nobody has confirmed gets nothing',
    { preview: unverified },
    { kind: 'Wait', reason: 'BranchNotVerified', message: 'Looking up branch feature/hardy.' },
  ],
  [
    'one without a URL gets nothing',
    { preview: aPreview({ status: { branch: { head: HEAD } } }) },
    { kind: 'Wait', reason: 'BranchNotVerified', message: 'Looking up branch feature/hardy.' },
  ],
  [
    'one without a head gets nothing, URL or not',
    { preview: aPreview({ status: { url: URL_OF_HARDY } }) },
    { kind: 'Wait', reason: 'BranchNotVerified', message: 'Looking up branch feature/hardy.' },
  ],
  [
    'an unconfirmed one says what is wrong with the git host, if that is why',
    {
      preview: unverified,
      repository: found({
        conditions: [aCondition({ type: 'Ready', reason: 'GitUnreachable', message: 'No route.' })],
      }),
    },
    { kind: 'Wait', reason: 'GitUnreachable', message: 'No route.' },
  ],
  [
    'one whose credentials may write gets nothing',
    { repository: writable, observed: unmade },
    {
      kind: 'Wait',
      reason: 'CredentialsNotReadOnly',
      message: expect.stringContaining('spec.credentialsSecretRef.readOnly: true') as string,
    },
  ],
  [
    'one that is there when its credentials may suddenly write is left as it is, and says so',
    { repository: writable },
    { kind: 'Hold', trouble: { reason: 'CredentialsNotReadOnly' } },
  ],
  [
    "one whose namespace is a stranger's touches nothing",
    { observed: foreign },
    {
      kind: 'Wait',
      reason: 'NamespaceTaken',
      message:
        'Namespace n is not ours. It is not touched. Rename or delete it so that the preview can be created.',
    },
  ],
  [
    'one that is suspended has no workloads and stays',
    { preview: asleep },
    {
      kind: 'Teardown',
      keep: { reason: 'Suspended', message: 'spec.suspend is true; set it to false to recreate it.' },
    },
  ],
  ...(['1st', '2nd', '3rd', '4th', '11th', '22nd'] as const).map(
    (place) =>
      [
        `one that is ${place} in line waits`,
        { preview: inLine(parseInt(place)), observed: unmade },
        { kind: 'Wait', reason: 'Queued', message: `${place} in line; 20 of 20 previews are in use.` },
      ] as [string, Case, object],
  ),
  [
    'one that has no place yet waits too',
    { preview: aPreview({ status: verified }), observed: unmade },
    { kind: 'Wait', reason: 'Queued', message: 'Waiting for a slot.' },
  ],
  [
    'one that runs without a slot is left as it is',
    { preview: aPreview({ status: verified }) },
    { kind: 'Hold' },
  ],
  ['one whose update waits is left as it is', { repository: { ...found(), held: true } }, { kind: 'Hold' }],
  [
    'one that is not there waits until it is told what to run',
    { repository: { ...found(), held: true }, observed: unmade },
    { kind: 'Wait', reason: 'Preparing' },
  ],
  ['one whose DagRepository is suspended is left as it is', { repository: suspended }, { kind: 'Hold' }],
  [
    'one whose DagRepository is suspended, and that is not there, is not made',
    { repository: suspended, observed: unmade },
    {
      kind: 'Wait',
      reason: 'Suspended',
      message: 'DagRepository dags is suspended: nothing is created until its spec.suspend is false.',
    },
  ],
  [
    'what is left of an earlier Preview of the branch goes first',
    { observed: orphaned },
    {
      kind: 'Wait',
      reason: 'NamespaceOrphaned',
      message: 'Namespace n is left from an earlier Preview.',
    },
  ],
  [
    'everything else converges',
    {},
    {
      kind: 'Converge',
      design: expect.objectContaining({ branch: 'feature/hardy', url: URL_OF_HARDY }) as object,
    },
  ],
  [
    'nothing is made in a namespace that is going: it is waited for',
    { observed: anObserved({ namespace: { state: 'terminating', live: aNamespace } }) },
    { kind: 'Wait', reason: 'Preparing', message: expect.stringContaining('being deleted') as string },
  ],
  [
    'a git host that is down changes nothing for what runs',
    { repository: found({ conditions: [aCondition({ type: 'Ready', reason: 'GitUnreachable' })] }) },
    { kind: 'Converge' },
  ],
])('%s', (_what, world, decision) => {
  expect(plan(world)).toMatchObject(decision);
});

// Two things at once: the first rule of the list decides.
test.each<[what: string, world: Case, decision: object]>([
  [
    'deleted, its DagRepository suspended: what a person deletes goes',
    { preview: deleting, repository: suspended },
    { kind: 'Teardown', keep: undefined },
  ],
  ['suspended, its DagRepository too', { preview: asleep, repository: suspended }, { kind: 'Hold' }],
  [
    'branch missing, its DagRepository suspended',
    { preview: missing, repository: suspended },
    { kind: 'Hold' },
  ],
  [
    'suspended, branch missing',
    { preview: { ...asleep, status: missing.status! } },
    { keep: { reason: 'BranchNotFound' } },
  ],
  [
    'deleted, without DagRepository',
    { preview: deleting, repository: absent },
    { kind: 'Teardown', keep: undefined },
  ],
  [
    'deleted, unreadable DagRepository',
    { preview: deleting, repository: unreadable },
    { kind: 'Teardown', keep: undefined },
  ],
  [
    "deleted, a stranger's namespace",
    { preview: deleting, observed: foreign },
    { kind: 'Teardown', keep: undefined },
  ],
  [
    'no DagRepository, branch missing',
    { preview: missing, repository: absent },
    { keep: { reason: 'RepositoryNotFound' } },
  ],
  [
    'unreadable DagRepository, branch missing',
    { preview: missing, repository: unreadable },
    { reason: 'RepositoryStalled' },
  ],
  [
    'branch missing, writable credentials',
    { preview: missing, repository: writable },
    { keep: { reason: 'BranchNotFound' } },
  ],
  [
    "branch missing, a stranger's namespace",
    { preview: missing, observed: foreign },
    { keep: { reason: 'BranchNotFound' } },
  ],
  [
    'unverified, writable credentials',
    { preview: unverified, repository: writable },
    { reason: 'BranchNotVerified' },
  ],
  [
    "unverified, a stranger's namespace",
    { preview: unverified, observed: foreign },
    { reason: 'BranchNotVerified' },
  ],
  [
    "writable credentials, a stranger's namespace",
    { repository: writable, observed: foreign },
    { reason: 'CredentialsNotReadOnly' },
  ],
])('%s: the earlier rule decides', (_what, world, decision) => {
  expect(plan(world)).toMatchObject(decision);
});

test('planning reads no clock and keeps no memory: twice the same', () => {
  expect(JSON.stringify(plan({}))).toBe(JSON.stringify(plan({})));
});
