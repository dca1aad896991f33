import { findCondition } from '../../model/conditions.ts';
import { idToPin } from '../../model/dag-repository.ts';
import { cloneUrl } from '../../model/git-source.ts';
import { kinds } from '../../model/kinds.ts';
import { keyOf, keyText, parseKey } from '../../model/object.ts';
import { madeByIntake } from '../../model/preview.ts';
import { Problem } from '../../model/problem.ts';
import { setFinalizer } from '../finalizer.ts';
import { createTroubles, retry } from '../troubles.ts';
import { done, requeueAfter } from '../../model/outcome.ts';
import { reconcileBranches } from './branches.ts';
import { each } from './each.ts';
import { firstTriedAgainAt, refused } from './refusals.ts';
import { saveRepositoryStatus, type SaveRepositoryStatusDeps } from './save-repository-status.ts';
import { counts, deaf, ill, ofSecret, rolling, someRefused, suspended, taken, well } from './health.ts';
import type { Prepared } from '../../backends/api.ts';
import type { Cache } from '../../cluster/api.ts';
import type { CodeHost } from '../../forges/api.ts';
import type { DagRepository, ReadDagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview } from '../../model/preview.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { BranchDeps } from './branch-deps.ts';
import type { BranchFact, Granted } from './grants.ts';
import type { RepositoryState } from './save-repository-status.ts';
import type { Memories, Memory } from './memory.ts';

export interface RepositoryDeps extends BranchDeps, Pick<SaveRepositoryStatusDeps, 'leftBehind'> {
  repositories: Cache<KubeObject>;
  readRepository(object: KubeObject): ReadDagRepository;
  previewsOf(repository: KubeObject): Preview[];
  /** Throws a Problem where spec or Secret name no code host that could be asked. */
  codeHost(repository: DagRepository): Promise<CodeHost>;
  /** Why deliveries to it are refused, whoever signs them; undefined: they are not, or none are wanted. */
  webhookTrouble(repository: DagRepository): Promise<Problem | undefined>;
  /** What its Previews are granted, given what was heard of their branches. */
  grants(repository: DagRepository, facts: ReadonlyMap<string, BranchFact>): Granted;
  /** Gives those whose status the API server will not have. */
  saveGrants(grants: Granted['grants']): Promise<ReadonlyMap<Preview, unknown>>;
  /** To which DagRepository this one's `url.base` belongs. */
  ownerOfBase(repository: DagRepository): KubeObject | undefined;
  memories: Memories;
  /** Whether the outbox holds something that is still to be said of its previews. */
  owesWords(repository: KubeObject): boolean;
  /** The next step of what its previews share; they never wait for it, and it never throws. */
  prepare(repository: DagRepository, previews: readonly Preview[]): Promise<Prepared | undefined>;
}

const WHILE_STALLED_MS = 5_000;
/** How long a deleted DagRepository waits until the removal of its previews is announced. */
const LAST_WORDS_MS = 20_000;

/** What one look at a DagRepository came to. */
interface Look {
  /** Without one, what was said last stands. */
  health?: RepositoryState | undefined;
  /** What else the status holds, if anything of it is known anew. */
  rest?: ReturnType<typeof unchanged> & { previews: number };
  prepared?: Prepared | undefined;
  failed?: boolean;
  outcome: Outcome;
}

type Tell = (error: unknown) => RepositoryState | undefined;

/**
 * Makes Previews agree with one DagRepository's branches, grants them slots and URLs, and says in its conditions how that goes; whatever
 * is thrown on the way.
 */
export function createRepositoryReconciler(deps: RepositoryDeps) {
  const troubles = createTroubles(deps.monotonic);

  return async (key: string): Promise<Outcome> => {
    const object = deps.repositories.get(parseKey(key));
    if (!object) return (deps.memories.forget(key), troubles.over(key), done);
    const status = object['status'] as DagRepository['status'];
    const stands = findCondition(status?.conditions, 'Ready')?.reason;
    const tell: Tell = (error) => {
      const told = troubles.tell(key, error, stands);
      return told && ill(told);
    };
    const { health, rest, prepared, failed, outcome } = await look(deps, object, tell).catch(
      (error: unknown): Look => ({ health: tell(error), failed: true, outcome: retry(error) }),
    );
    if (!failed) troubles.over(key);
    const same = { ...unchanged(status), previews: deps.previewsOf(object).length };
    if (health) await saveRepositoryStatus(deps, object, health, rest ?? same, prepared);
    return outcome;
  };
}

async function look(deps: RepositoryDeps, object: KubeObject, tell: Tell): Promise<Look> {
  if (object.metadata.deletionTimestamp)
    return { outcome: await remove(deps, object, deps.previewsOf(object)) };
  const read = deps.readRepository(object);
  if (!read.ok)
    return { health: { reason: 'InvalidSpec', message: read.message, state: 'Stalled' }, outcome: done };
  const { repository } = read;
  await setFinalizer(deps.cluster, object, kinds.DagRepository, true);
  if (repository.spec.suspend) return { health: suspended, outcome: done };
  // Slots do not wait for a code host that is slow to answer.
  await deps.saveGrants(deps.grants(repository, new Map()).grants);
  const preparing = deps.prepare(repository, deps.previewsOf(object));
  const memory = deps.memories.of(keyText(keyOf(object)));
  const { facts, againMs, trouble } = await hear(deps, repository, memory);
  const granted = deps.grants(repository, facts);
  const { closed, ungrantedMs } = await settle(deps, repository, memory, granted).catch((error: unknown) => {
    // What was heard is lost with it: it is listed again.
    memory.listAt = 0;
    throw error;
  });
  const told = trouble ? tell(trouble) : undefined;
  const isWell = () =>
    rolling(repository, granted) ??
    someRefused(refusalsIn(memory)) ??
    (closed && deaf(repository, closed)) ??
    well(repository, granted);
  const health = taken(repository, deps.ownerOfBase(repository)) ?? told ?? (trouble ? undefined : isWell());
  const said = {
    health,
    prepared: await preparing,
    rest: {
      ...counts(repository, granted),
      git: cloneUrl(repository.spec),
      repositoryId: repository.status?.repositoryId ?? memory.repositoryId,
      refused: refusalsIn(memory).length || undefined,
    },
  };
  // Secrets of people's are not watched; asking for one costs little.
  if (trouble instanceof Problem && ofSecret(trouble.reason))
    return { ...said, failed: true, outcome: requeueAfter(WHILE_STALLED_MS) };
  if (trouble) return { ...said, failed: true, outcome: retry(trouble) };
  const listMs = memory.listAt - deps.monotonic();
  const rollOutMs = granted.rollOut.nextAt - deps.now().getTime();
  const lookMs = said.prepared?.lookAgainMs ?? Infinity;
  const secretMs = closed ? WHILE_STALLED_MS : Infinity;
  const ms = Math.min(againMs, ungrantedMs, lookMs, listMs, rollOutMs, secretMs);
  return { ...said, outcome: requeueAfter(Math.max(50, ms)) };
}

const unchanged = ({
  slots,
  updated,
  git,
  repositoryId,
  refused,
}: NonNullable<DagRepository['status']> = {}) => ({ slots, updated, git, repositoryId, refused });

const refusalsIn = ({ unmade, unsettled, ungranted }: Memory) =>
  [unmade, unsettled, ungranted].flatMap((refusals) => [...refusals.values()]);

async function settle(deps: RepositoryDeps, repository: DagRepository, memory: Memory, { grants }: Granted) {
  const closed = await deps.webhookTrouble(repository);
  return { closed, ungrantedMs: noteUngranted(deps, memory, await deps.saveGrants(grants)) };
}

/** Remembers whose status may not be written, and in how many ms to try again. */
function noteUngranted(deps: RepositoryDeps, { ungranted }: Memory, failures: ReadonlyMap<Preview, unknown>) {
  const now = deps.monotonic();
  const before = new Map(ungranted);
  ungranted.clear();
  for (const [{ metadata, spec }, error] of failures) {
    const uid = metadata.uid ?? '';
    ungranted.set(uid, refused(spec.branch, error, before.get(uid), now));
  }
  return firstTriedAgainAt(ungranted.values()) - now;
}

/** What the code host says of the branches: as much of it as could be heard. */
async function hear(deps: RepositoryDeps, repository: DagRepository, memory: Memory) {
  const facts = new Map<string, BranchFact>();
  const { generation } = repository.metadata;
  const quiet = memory.quiet?.generation === generation ? memory.quiet : undefined;
  // It said how long it wants to be left alone; a slot that became free in the meantime is no reason to ask.
  if (quiet && deps.monotonic() < quiet.until) return { facts, againMs: Infinity, trouble: quiet.trouble };
  try {
    const host = await deps.codeHost(repository);
    if (repository.status?.repositoryId === undefined) {
      memory.repositoryId ??= idToPin(await host.identify());
      // Written before anything is done: from then on, no other repository can take this one's place.
      if (memory.repositoryId !== undefined) return { facts, againMs: 50, trouble: undefined };
    }
    const previews = deps.previewsOf(repository);
    const againMs = await reconcileBranches(deps, repository, previews, host, memory, facts);
    return { facts, againMs, trouble: undefined };
  } catch (trouble) {
    const ms = trouble instanceof Problem ? trouble.retryAfterMs : undefined;
    memory.quiet = ms ? { until: deps.monotonic() + ms, generation, trouble } : undefined;
    return { facts, againMs: Infinity, trouble };
  }
}

/** The finalizer stays until the Previews are gone; those that a person made are a person's to delete. */
async function remove(deps: RepositoryDeps, object: KubeObject, previews: Preview[]): Promise<Outcome> {
  const made = previews.filter(madeByIntake);
  const staying = made.filter(({ metadata }) => !metadata.deletionTimestamp);
  const failures = await each(staying, async ({ metadata: { namespace = '', name, uid } }) => {
    await deps.cluster.delete({ kind: kinds.Preview, namespace, name }, { ...(uid && { uid }) });
  });
  if (failures.length > 0) throw failures[0];
  if (made.length > 0) return requeueAfter(5_000);
  // The outbox is believed only beside a DagRepository: removals that are still to be announced keep it for a while.
  const removedForMs = deps.now().getTime() - Date.parse(object.metadata.deletionTimestamp ?? '');
  if (deps.owesWords(object) && removedForMs < LAST_WORDS_MS) return requeueAfter(1_000);
  await setFinalizer(deps.cluster, object, kinds.DagRepository, false);
  deps.memories.forget(keyText({ namespace: object.metadata.namespace ?? '', name: object.metadata.name }));
  return done;
}
