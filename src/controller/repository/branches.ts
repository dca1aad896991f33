import { matchesBranch } from '../../model/branch-patterns.ts';
import { kinds } from '../../model/kinds.ts';
import { owner } from '../../model/labels.ts';
import { LONGEST_BRANCH } from '../../model/names.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { aboutPreview, madeByIntake, openMark } from '../../model/preview.ts';
import { judge } from './verdict.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { CodeHost } from '../../forges/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview } from '../../model/preview.ts';
import type { Memory } from './memory.ts';

const MANY_MARKS = 5;

export interface BranchDeps {
  cluster: Cluster;
  now(): Date;
  previewOf(repository: DagRepository, branch: string): KubeObject;
  /** Writes what the code host said of a branch; nothing if the status says so already. */
  recordBranch(
    preview: Preview,
    branch: { head: string; handledCheck: string | undefined } | { missing: true },
  ): Promise<void>;
  log: { info(fields: object, message: string): void };
}

/**
 * Makes the Previews agree with the branches: all of them when a listing is due, else those that somebody asked about.
 * Returns in how many ms to look again because host and hint disagree, if so.
 */
export async function reconcileBranches(
  deps: BranchDeps,
  repository: DagRepository,
  previews: Preview[],
  host: CodeHost,
  memory: Memory,
  resyncMs: number,
) {
  const now = deps.now().getTime();
  const alive = previews.filter(({ metadata }) => !metadata.deletionTimestamp);
  const asked = alive.filter((preview) => openMark(preview) || !preview.status?.branch);
  const listing = now >= memory.listAt || asked.length > MANY_MARKS ? await host.listBranches() : undefined;
  if (listing) {
    await createMissing(deps, repository, alive, listing);
    for (const { metadata, spec } of alive)
      if (!wanted(repository, spec.branch, listing)) suspect(memory, metadata.uid);
    memory.listAt = now + resyncMs;
  }
  const again = await Promise.all(
    alive.map((preview) => reconcileBranch(deps, repository, preview, host, memory, listing, asked)),
  );
  return again.reduce<number | undefined>(
    (least, ms) => (ms === undefined ? least : Math.min(ms, least ?? ms)),
    undefined,
  );
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
    await deps.cluster.create(deps.previewOf(repository, branch), { fieldManager: owner.intake }).then(
      () =>
        deps.log.info(
          { repository: keyText(keyOf(repository)), branch },
          'branch found by listing, preview created',
        ),
      (error: unknown) => {
        // An older Preview of that branch is still going: its disappearance asks for another listing.
        if ((error as { code?: string }).code !== 'AlreadyExists') throw error;
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
  listing: Map<string, string> | undefined,
  asked: Preview[],
): Promise<number | undefined> {
  const uid = preview.metadata.uid ?? '';
  const { branch } = preview.spec;
  const suspected = memory.suspects.has(uid);
  const listed = listing?.get(branch);
  if (!suspected && !asked.includes(preview) && listed === undefined) return undefined;
  if (listed !== undefined && !matchesBranch(branch, repository.spec.branches))
    return unmatched(deps, preview, listed, memory);

  const answer =
    listed !== undefined ? { state: 'exists' as const, head: listed } : await host.lookUp(branch);
  const verdict = judge(preview, answer, memory.suspects.get(uid) ?? 0, deps.now().getTime());
  if (verdict.kind === 'suspect') memory.suspects.set(uid, verdict.firstAbsentAt);
  else memory.suspects.delete(uid);
  if (verdict.kind === 'exists')
    await deps.recordBranch(preview, { head: verdict.head, handledCheck: verdict.handled });
  if (verdict.kind === 'gone') return removePreview(deps, preview);
  return verdict.askAgainInMs;
}

/** The branch is there, but the DagRepository no longer wants it: that needs no proof from the code host. */
async function unmatched(
  deps: BranchDeps,
  preview: Preview,
  head: string,
  memory: Memory,
): Promise<undefined> {
  memory.suspects.delete(preview.metadata.uid ?? '');
  if (madeByIntake(preview)) return removePreview(deps, preview);
  await deps.recordBranch(preview, { head, handledCheck: openMark(preview)?.requested });
}

/** Deletes exactly the Preview that was judged: read live, pinned by uid and resourceVersion. One that a person made stays. */
async function removePreview(deps: BranchDeps, preview: Preview): Promise<undefined> {
  const { namespace = '', name, uid = '' } = preview.metadata;
  if (!madeByIntake(preview)) return void (await deps.recordBranch(preview, { missing: true }));
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
