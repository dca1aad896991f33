import { setImmediate as others } from 'node:timers/promises';
import { matchesBranch } from '../../model/branch-patterns.ts';
import { monotonic } from '../../model/clock.ts';
import { owner } from '../../model/labels.ts';
import { kinds } from '../../model/kinds.ts';
import { LONGEST_BRANCH } from '../../model/names.ts';
import { nameTaken } from '../../model/name-taken.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { codeOf } from '../../model/problem.ts';
import { each } from './each.ts';
import { inTheWay, isOwnTrouble, refused, triedAgainAt } from './refusals.ts';
import type { BranchPatterns } from '../../model/branch-patterns.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Preview } from '../../model/preview.ts';
import type { BranchDeps } from './branch-deps.ts';
import type { Memory } from './memory.ts';
import type { Refusal } from './refusals.ts';

/** How long the process may be busy with names before whatever else waits has its turn. */
const TURN_MS = 10;
/** So many that were refused before are tried again in one run. */
const AGAIN_AT_ONCE = 20;
const TOO_LONG = `The name is longer than ${LONGEST_BRANCH} characters. Rename the branch.`;

/**
 * Makes the Previews of branches that have none: those of a listing, else those that were refused before and whose time has come. Each
 * fails alone. Gives what was thrown that concerns more than one of them.
 */
export async function createMissing(
  deps: BranchDeps,
  repository: DagRepository,
  alive: readonly Preview[],
  { unmade }: Memory,
  listing: ReadonlyMap<string, string> | undefined,
): Promise<unknown[]> {
  const known = new Set(alive.map(({ spec }) => spec.branch));
  const branches = listing ? [...listing.keys()] : [...unmade.keys()];
  const missing = await matching(
    branches.filter((branch) => !known.has(branch)),
    repository.spec.branches,
  );
  const wanted = new Set(missing);
  for (const branch of unmade.keys()) if (!wanted.has(branch)) unmade.delete(branch);

  const note = (refusal: Refusal) => {
    const { branch, words } = refusal;
    if (unmade.get(branch)?.words !== words)
      deps.log.warn({ repository: keyText(keyOf(repository)), branch, why: words }, 'branch gets no preview');
    unmade.set(branch, refusal);
  };

  async function make(branch: string): Promise<void> {
    const preview = deps.previewOf(repository, branch);
    const key = keyOf(preview);
    // A delivery may have told of it since; or an older Preview of that branch is still going, and asks for a listing when it is gone.
    const settle = (there: Parameters<typeof nameTaken>[0] | undefined) => {
      const words = there && nameTaken(there, repository, branch);
      if (words) note(inTheWay(branch, words, deps.monotonic()));
      else unmade.delete(branch);
    };
    const there = deps.previews.get(key);
    if (there) return settle(there);
    try {
      await deps.cluster.create(preview, { fieldManager: owner.intake });
      unmade.delete(branch);
      deps.log.info(
        { repository: keyText(keyOf(repository)), branch },
        'branch found by listing, preview created',
      );
    } catch (error) {
      if (codeOf(error) === 'AlreadyExists')
        return settle(await deps.cluster.get({ kind: kinds.Preview, ...key }));
      if (!isOwnTrouble(error)) throw error;
      note(refused(branch, error, unmade.get(branch), deps.monotonic()));
    }
  }

  const now = deps.monotonic();
  const fresh: string[] = [];
  const again: string[] = [];
  for (const branch of missing) {
    const before = unmade.get(branch);
    if (branch.length > LONGEST_BRANCH) note(inTheWay(branch, TOO_LONG, now));
    else if (!before?.tries) fresh.push(branch);
    else if (triedAgainAt(before) <= now) again.push(branch);
  }
  return each([...fresh, ...again.slice(0, AGAIN_AT_ONCE)], make);
}

/** Those that a pattern wants. Ten thousand of the longest names against the longest patterns take seconds, so deliveries come in between. */
async function matching(branches: readonly string[], patterns: BranchPatterns): Promise<string[]> {
  const found: string[] = [];
  let since = monotonic();
  for (const branch of branches) {
    if (matchesBranch(branch, patterns)) found.push(branch);
    if (monotonic() - since < TURN_MS) continue;
    await others();
    since = monotonic();
  }
  return found;
}
