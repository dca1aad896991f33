import { matchesBranch } from '../../model/branch-patterns.ts';
import { milliseconds } from '../../model/duration.ts';
import { kinds } from '../../model/kinds.ts';
import { aboutPreview, madeByIntake, openMark } from '../../model/preview.ts';
import { createMissing } from './create-missing.ts';
import { firstTriedAgainAt, isOwnTrouble, refused, triedAgainAt, worst } from './refusals.ts';
import { judge } from './verdict.ts';
import type { CodeHost } from '../../forges/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Preview } from '../../model/preview.ts';
import type { BranchDeps } from './branch-deps.ts';
import type { BranchFact } from './grants.ts';
import type { Memory } from './memory.ts';

const MANY_MARKS = 5;
const AGAIN_AFTER_MS = 1_000;
const NEXT_TURN_MS = 10_000;

/** What was heard of branches, by uid of the Preview. */
type Facts = Map<string, BranchFact>;

/**
 * Makes the Previews agree with the branches: all of them when a listing is due, else those that somebody asked about. Each branch fails
 * alone: what is refused about one is kept in `memory`, for the status and for another try, and stops nothing else. What the code host
 * says of the branches goes into `facts`, even if it fails over one of them. Returns in how many ms to look again because host and hint
 * disagree, or something was refused: Infinity if all is well. Throws what concerns all, once all were tried.
 */
export async function reconcileBranches(
  deps: BranchDeps,
  repository: DagRepository,
  previews: Preview[],
  host: CodeHost,
  memory: Memory,
  facts: Facts,
) {
  const now = deps.monotonic();
  const alive = previews.filter(({ metadata }) => !metadata.deletionTimestamp);
  const due = (preview: Preview) => {
    const later = memory.later.get(preview.metadata.uid ?? '');
    return !later || later.mark !== openMark(preview)?.requested || later.at <= now;
  };
  const asked = alive.filter((one) => (openMark(one) || !one.status?.branch) && due(one));
  const listing = now >= memory.listAt || asked.length > MANY_MARKS ? await host.listBranches() : undefined;
  if (listing) {
    for (const { metadata, spec } of alive)
      if (!wanted(repository, spec.branch, listing)) suspect(memory, metadata.uid);
    memory.listAt = now + milliseconds(repository.spec.resyncInterval);
  }

  async function look(preview: Preview): Promise<void> {
    const { uid = '' } = preview.metadata;
    const listed = listing?.get(preview.spec.branch);
    const suspected = memory.suspects.has(uid) && due(preview);
    if (!suspected && !asked.includes(preview) && listed === undefined) {
      if (due(preview)) memory.later.delete(uid);
      return;
    }
    const ms = await reconcileBranch(deps, repository, preview, host, memory, facts, listed).then(
      (wait) => (memory.unsettled.delete(uid), wait),
      (error: unknown) => failed(preview, error),
    );
    if (ms === undefined) memory.later.delete(uid);
    else memory.later.set(uid, { mark: openMark(preview)?.requested, at: deps.monotonic() + ms });
  }

  /** In how many ms to look at it again; throws what is not this branch's own trouble. */
  function failed(preview: Preview, error: unknown): number {
    if (!isOwnTrouble(error)) throw error;
    const { uid = '' } = preview.metadata;
    const before = memory.unsettled.get(uid);
    const refusal = refused(preview.spec.branch, error, before, deps.monotonic());
    memory.unsettled.set(uid, refusal);
    const why = refusal.words;
    if (before?.words !== why)
      deps.log.warn({ ...aboutPreview(preview), why }, 'branch not settled, retrying');
    // What followed from the listing follows from the next one.
    if (listing) memory.listAt = Math.min(memory.listAt, triedAgainAt(refusal));
    return triedAgainAt(refusal) - refusal.triedAt;
  }

  // Side by side: whatever becomes of those that are to be made, those that are gone go.
  const [looks, unmade] = await Promise.all([
    Promise.allSettled(alive.map(look)),
    createMissing(deps, repository, alive, memory, listing),
  ]);
  const uids = new Set(alive.map(({ metadata }) => metadata.uid));
  for (const uid of memory.later.keys()) if (!uids.has(uid)) memory.later.delete(uid);
  for (const uid of memory.unsettled.keys()) if (!uids.has(uid)) memory.unsettled.delete(uid);
  const failures = [
    ...unmade,
    ...looks.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : [])),
  ];
  if (failures.length > 0) {
    // A listing is not done with before all that follows from it is.
    if (listing) memory.listAt = 0;
    throw worst(failures);
  }
  const again = firstTriedAgainAt(memory.unmade.values()) - deps.monotonic();
  const later = Math.min(...[...memory.later.values()].map(({ at }) => at)) - deps.monotonic();
  // Where many were refused, some had no turn: theirs comes, but not in one rush.
  const turnMs = again <= 0 ? NEXT_TURN_MS : AGAIN_AFTER_MS;
  return Math.min(later, Math.max(turnMs, again));
}

const wanted = (repository: DagRepository, branch: string, listing: Map<string, string>) =>
  listing.has(branch) && matchesBranch(branch, repository.spec.branches);

const suspect = (memory: Memory, uid = '') => memory.suspects.has(uid) || memory.suspects.set(uid, 0);

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
  const verdict = judge(preview, answer, memory.suspects.get(uid) ?? 0, {
    wall: deps.now().getTime(),
    monotonic: deps.monotonic(),
  });
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
  deps.log.info(aboutPreview(preview), 'branch is gone or no longer matches, preview deleted');
}
