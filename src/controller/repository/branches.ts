import { matchesBranch } from '../../model/branch-patterns.ts';
import { milliseconds } from '../../model/duration.ts';
import { kinds } from '../../model/kinds.ts';
import { owner } from '../../model/labels.ts';
import { LONGEST_BRANCH } from '../../model/names.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { aboutPreview, madeByIntake, openMark } from '../../model/preview.ts';
import { codeOf } from '../../model/problem.ts';
import { judge } from './verdict.ts';
import type { Cache, Cluster } from '../../cluster/api.ts';
import type { CodeHost } from '../../forges/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview } from '../../model/preview.ts';
import type { BranchFact } from './grants.ts';
import type { Memory } from './memory.ts';

const MANY_MARKS = 5;

export interface BranchDeps {
  cluster: Cluster;
  previews: Pick<Cache<KubeObject>, 'get'>;
  now(): Date;
  previewOf(repository: DagRepository, branch: string): KubeObject;
  log: { info(fields: object, message: string): void };
}

/** What was heard of branches, by uid of the Preview. */
type Facts = Map<string, BranchFact>;

/**
 * Makes the Previews agree with the branches: all of them when a listing is due, else those that somebody asked about. What the code
 * host says of the others' branches goes into `facts`, even if it fails over one of them. Returns in how many ms to look again because
 * host and hint disagree: Infinity if they do not.
 */
export async function reconcileBranches(
  deps: BranchDeps,
  repository: DagRepository,
  previews: Preview[],
  host: CodeHost,
  memory: Memory,
  facts: Facts,
) {
  const now = deps.now().getTime();
  const alive = previews.filter(({ metadata }) => !metadata.deletionTimestamp);
  const due = (preview: Preview) => {
    const later = memory.later.get(preview.metadata.uid ?? '');
    return !later || later.mark !== openMark(preview)?.requested || later.at <= now;
  };
  const asked = alive.filter((one) => (openMark(one) || !one.status?.branch) && due(one));
  const listing = now >= memory.listAt || asked.length > MANY_MARKS ? await host.listBranches() : undefined;
  if (listing) {
    await createMissing(deps, repository, alive, listing);
    for (const { metadata, spec } of alive)
      if (!wanted(repository, spec.branch, listing)) suspect(memory, metadata.uid);
    memory.listAt = now + milliseconds(repository.spec.resyncInterval);
  }
  const looks = await Promise.allSettled(
    alive.map(async (preview) => {
      const { uid = '' } = preview.metadata;
      const listed = listing?.get(preview.spec.branch);
      const suspected = memory.suspects.has(uid) && due(preview);
      if (!suspected && !asked.includes(preview) && listed === undefined) {
        if (due(preview)) memory.later.delete(uid);
        return;
      }
      const ms = await reconcileBranch(deps, repository, preview, host, memory, facts, listed);
      if (ms === undefined) memory.later.delete(uid);
      else memory.later.set(uid, { mark: openMark(preview)?.requested, at: deps.now().getTime() + ms });
    }),
  );
  for (const look of looks) {
    if (look.status === 'fulfilled') continue;
    // A listing is not done with before all that follows from it is.
    if (listing) memory.listAt = 0;
    throw look.reason;
  }
  for (const uid of memory.later.keys())
    if (!alive.some(({ metadata }) => metadata.uid === uid)) memory.later.delete(uid);
  return Math.min(...[...memory.later.values()].map(({ at }) => at)) - deps.now().getTime();
}

const wanted = (repository: DagRepository, branch: string, listing: Map<string, string>) =>
  listing.has(branch) && matchesBranch(branch, repository.spec.branches);

const suspect = (memory: Memory, uid = '') => memory.suspects.has(uid) || memory.suspects.set(uid, 0);

async function createMissing(
  deps: BranchDeps,
  repository: DagRepository,
  alive: Preview[],
  listing: Map<string, string>,
) {
  const known = new Set(alive.map(({ spec }) => spec.branch));
  for (const branch of listing.keys()) {
    if (
      known.has(branch) ||
      branch.length > LONGEST_BRANCH ||
      !matchesBranch(branch, repository.spec.branches)
    )
      continue;
    const preview = deps.previewOf(repository, branch);
    // A delivery may have told of it since.
    if (deps.previews.get(keyOf(preview))) continue;
    await deps.cluster.create(preview, { fieldManager: owner.intake }).then(
      () =>
        deps.log.info(
          { repository: keyText(keyOf(repository)), branch },
          'branch found by listing, preview created',
        ),
      (error: unknown) => {
        // An older Preview of that branch is still going: its disappearance asks for another listing.
        if (codeOf(error) !== 'AlreadyExists') throw error;
      },
    );
  }
}

async function reconcileBranch(
  deps: BranchDeps,
  repository: DagRepository,
  preview: Preview,
  host: CodeHost,
  memory: Memory,
  facts: Facts,
  listed: string | undefined,
): Promise<number | undefined> {
  const uid = preview.metadata.uid ?? '';
  const { branch } = preview.spec;
  if (listed !== undefined && !matchesBranch(branch, repository.spec.branches))
    return unmatched(deps, preview, listed, memory, facts);

  const answer =
    listed !== undefined ? { state: 'exists' as const, head: listed } : await host.lookUp(branch);
  const verdict = judge(preview, answer, memory.suspects.get(uid) ?? 0, deps.now().getTime());
  // The suspicion stands until it has been acted upon: the API server may refuse that, and nobody would ask again.
  if (verdict.kind === 'gone') await removePreview(deps, preview, facts);
  if (verdict.kind === 'suspect') memory.suspects.set(uid, verdict.firstAbsentAt);
  else memory.suspects.delete(uid);
  if (verdict.kind === 'exists') facts.set(uid, { head: verdict.head, handledCheck: verdict.handled });
  return verdict.kind === 'gone' ? undefined : verdict.askAgainInMs;
}

/** The branch is there, but the DagRepository no longer wants it: that needs no proof from the code host. */
async function unmatched(
  deps: BranchDeps,
  preview: Preview,
  head: string,
  memory: Memory,
  facts: Facts,
): Promise<undefined> {
  const uid = preview.metadata.uid ?? '';
  memory.suspects.delete(uid);
  if (madeByIntake(preview)) return removePreview(deps, preview, facts);
  facts.set(uid, { head, handledCheck: openMark(preview)?.requested });
}

/** Deletes exactly the Preview that was judged: read live, pinned by uid and resourceVersion. One that a person made stays. */
async function removePreview(deps: BranchDeps, preview: Preview, facts: Facts): Promise<undefined> {
  const { namespace = '', name, uid = '' } = preview.metadata;
  if (!madeByIntake(preview)) return void facts.set(uid, { missing: true });
  const ref = { kind: kinds.Preview, namespace, name };
  const live = await deps.cluster.get<Preview>(ref);
  if (live?.metadata.uid !== uid || !madeByIntake(live)) return;
  // Somebody has asked again since: the next run judges anew.
  if (openMark(live)?.requested !== openMark(preview)?.requested) return;
  await deps.cluster.delete(ref, {
    uid,
    ...(live.metadata.resourceVersion && { resourceVersion: live.metadata.resourceVersion }),
  });
  deps.log.info(aboutPreview(preview), 'branch is gone, preview deleted');
}
