import { readDagRepository } from '../model/dag-repository.ts';
import { kinds } from '../model/kinds.ts';
import { orphanOf } from '../model/namespace-owner.ts';
import { keyOf, keyText, parseKey } from '../model/object.ts';
import { done, requeueAfter } from './queue.ts';
import type { Backend } from '../backends/api.ts';
import type { Cache, Cluster } from '../cluster/api.ts';
import type { Orphan } from '../model/namespace-owner.ts';
import type { Key, KubeObject } from '../model/object.ts';
import type { Outcome } from './queue.ts';

export interface OrphanDeps {
  cluster: Pick<Cluster, 'get'>;
  namespaces: Pick<Cache<KubeObject>, 'get' | 'list'>;
  previews: Pick<Cache<KubeObject>, 'byUid'>;
  repositories: Pick<Cache<KubeObject>, 'get' | 'list'>;
  remove: Backend['remove'];
  /** What is known of the orphans of a DagRepository has changed. */
  changed(repository: Key): void;
  count(orphans: number): void;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** Between the two looks that prove that a Preview is no more. */
const PROOF_MS = 30_000;
const WHILE_REMOVING_MS = 1_000;
/** A condition names no more of them. */
const NAMED = 10;

interface Found extends Orphan {
  /** By a clock that nobody sets. */
  since: number;
  stuck?: string | undefined;
}

/**
 * Namespaces whose Preview went without them: its finalizer was stripped, or a backup brought it back as another. Caches only nominate; two
 * live looks at the Preview prove. Then it is removed as any other. One whose owner cannot be proven is only named.
 */
export function createOrphans(deps: OrphanDeps) {
  const found = new Map<string, Found>();

  const nominated = (namespace: KubeObject) =>
    orphanOf(namespace, deps.repositories.list().map(keyOf), (uid) => deps.previews.byUid(uid) !== undefined);

  function note(orphan: Found | undefined, name: string) {
    const before = found.get(name);
    if (orphan) found.set(name, orphan);
    else found.delete(name);
    if (before === undefined && orphan === undefined) return;
    deps.count(found.size);
    const { owner } = orphan ?? before!;
    if (owner) deps.changed(owner.repository);
  }

  function begin(orphan: Orphan): Found {
    const { name, owner } = orphan;
    const whose = owner && { repository: keyText(owner.repository), branch: owner.branch };
    const what = owner
      ? 'namespace left behind: its Preview no longer exists; it is removed'
      : 'namespace left behind: it bears Offshoot’s mark, but whose it was cannot be proven; it is left alone';
    deps.log.warn({ namespace: name, ...whose }, what);
    const next = { ...orphan, since: performance.now() };
    note(next, name);
    return next;
  }

  async function reconcile(key: string): Promise<Outcome> {
    const { name } = parseKey(key);
    const namespace = deps.namespaces.get({ name });
    const orphan = namespace && nominated(namespace);
    if (!orphan || !(await isOrphaned(deps.cluster, orphan))) return (note(undefined, name), done);
    const known = found.get(name);
    const it = known?.uid === orphan.uid ? known : begin(orphan);
    if (!orphan.owner || isSuspended(deps, orphan.owner.repository)) return done;
    const waitMs = it.since + PROOF_MS - performance.now();
    if (waitMs > 0) return requeueAfter(waitMs);

    const removal = await deps.remove(name, orphan.owner.preview.uid);
    if (removal.state === 'gone') {
      deps.log.info({ namespace: name, branch: orphan.owner.branch }, 'orphaned namespace removed');
      return (note(undefined, name), done);
    }
    const stuck = removal.stuck ? removal.waitingFor : undefined;
    if (stuck !== it.stuck) note({ ...it, stuck }, name);
    return requeueAfter(WHILE_REMOVING_MS);
  }

  return {
    reconcile,
    /** The keys of all that may be orphans, as far as the caches know. */
    nominees: () =>
      deps.namespaces
        .list()
        .filter((one) => nominated(one) !== undefined)
        .map((one) => keyText(keyOf(one))),
    /** What a DagRepository's condition says of them. */
    of({ metadata }: KubeObject): string | undefined {
      const key = keyText({ namespace: metadata.namespace ?? '', name: metadata.name });
      return sentence([...found.values()].filter(({ owner }) => owner && keyText(owner.repository) === key));
    },
  };
}

/** Live: the namespace is there, and no Preview of that uid, by the name that it had. */
async function isOrphaned(cluster: OrphanDeps['cluster'], { name, uid, owner }: Orphan): Promise<boolean> {
  const namespace = await cluster.get({ kind: kinds.Namespace, name });
  if (namespace?.metadata.uid !== uid) return false;
  if (!owner) return true;
  const { repository, preview } = owner;
  const ref = { kind: kinds.Preview, namespace: repository.namespace, name: preview.name };
  return (await cluster.get(ref))?.metadata.uid !== preview.uid;
}

/** While it is, nothing of its previews is removed. */
function isSuspended({ repositories }: Pick<OrphanDeps, 'repositories'>, key: Key): boolean {
  const object = repositories.get(key);
  const read = object && readDagRepository(object);
  return read?.ok === true && read.repository.spec.suspend === true;
}

function sentence(orphans: readonly Found[]): string | undefined {
  if (orphans.length === 0) return undefined;
  const named = orphans
    .slice(0, NAMED)
    .map(({ name, owner, stuck }) => `${name} (${owner?.branch}${stuck ? `; still there: ${stuck}` : ''})`);
  const more = orphans.length > NAMED ? ` and ${orphans.length - NAMED} more` : '';
  return `Left from Previews that no longer exist, and removed unless spec.suspend is true: namespace ${named.join(', ')}${more}.`;
}
