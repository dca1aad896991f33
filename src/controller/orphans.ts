import { monotonic } from '../model/clock.ts';
import { readDagRepository } from '../model/dag-repository.ts';
import { kinds } from '../model/kinds.ts';
import { label } from '../model/labels.ts';
import { orphanOf } from '../model/namespace-owner.ts';
import { keyOf, keyText, parseKey } from '../model/object.ts';
import { done, requeueAfter } from '../model/outcome.ts';
import { wordsOf } from '../model/refusal.ts';
import { createRemovalPace } from './preview/removal-pace.ts';
import type { Backend } from '../backends/api.ts';
import type { Cache, Cluster } from '../cluster/api.ts';
import type { Orphan } from '../model/namespace-owner.ts';
import type { Key, KubeObject } from '../model/object.ts';
import type { Outcome } from '../model/outcome.ts';

export interface OrphanDeps {
  cluster: Pick<Cluster, 'get' | 'list'>;
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
  const pace = createRemovalPace(monotonic);

  function over(name: string): Outcome {
    note(undefined, name);
    pace.over(keyText({ namespace: '', name }));
    return done;
  }

  const nominated = (namespace: KubeObject) =>
    orphanOf(namespace, deps.repositories.list().map(keyOf), (uid) => deps.previews.byUid(uid) !== undefined);

  function note(orphan: Found | undefined, name: string) {
    const before = found.get(name);
    if (orphan) found.set(name, orphan);
    else found.delete(name);
    if (before === undefined && orphan === undefined) return;
    if (orphan === undefined) deps.log.info({ namespace: name }, 'namespace is no longer left behind');
    deps.count(found.size);
    const { owner } = orphan ?? before!;
    if (owner) deps.changed(owner.repository);
  }

  function begin(orphan: Orphan): Found {
    const { name, owner } = orphan;
    const whose = owner && { repository: keyText(owner.repository), branch: owner.branch };
    const what = owner
      ? 'namespace left behind: its Preview no longer exists; removing it'
      : 'namespace left behind: it carries Offshoot’s label or annotation, but its owner cannot be proven; leaving it alone';
    deps.log.warn({ namespace: name, ...whose }, what);
    const next = { ...orphan, since: monotonic() };
    note(next, name);
    return next;
  }

  /** Live: the namespace as it is, and no Preview of that uid by the name that it had. */
  async function lookAt(name: string): Promise<Orphan | undefined> {
    const cached = deps.namespaces.get({ name });
    if (!cached || !nominated(cached)) return undefined;
    const live = await deps.cluster.get({ kind: kinds.Namespace, name });
    const orphan = live && nominated(live);
    if (!orphan || (await holdsLiving(name))) return undefined;
    if (!orphan.owner) return orphan;
    const { repository, preview } = orphan.owner;
    const ref = { kind: kinds.Preview, namespace: repository.namespace, name: preview.name };
    return (await deps.cluster.get(ref))?.metadata.uid === preview.uid ? undefined : orphan;
  }

  /** Marks may be rewritten; what lies in it says for whom it was made as well. */
  async function holdsLiving(namespace: string): Promise<boolean> {
    const selection = { namespace, labelSelector: label.previewUid, metadataOnly: true };
    const lists = await Promise.all(
      [kinds.Deployment, kinds.Secret].map((kind) => deps.cluster.list(kind, selection)),
    );
    const uids = lists.flatMap(({ items }) =>
      items.map(({ metadata }) => metadata.labels?.[label.previewUid]),
    );
    return uids.some((uid) => uid !== undefined && deps.previews.byUid(uid) !== undefined);
  }

  async function reconcile(key: string): Promise<Outcome> {
    const { name } = parseKey(key);
    const orphan = await lookAt(name);
    if (!orphan) return over(name);
    const known = found.get(name);
    const it = known?.uid === orphan.uid ? known : begin(orphan);
    if (!orphan.owner || isOnHold(deps, orphan.owner.repository)) return done;
    const waitMs = it.since + PROOF_MS - monotonic();
    if (waitMs > 0) return requeueAfter(waitMs);

    const say = (stuck: string | undefined) => stuck === it.stuck || note({ ...it, stuck }, name);
    const removal = await deps.remove(name, orphan.owner.preview.uid).catch((error: unknown) => {
      say(wordsOf(error));
      throw error;
    });
    if (removal.state === 'gone') return over(name);
    say(removal.stuck ? removal.waitingFor : undefined);
    return requeueAfter(pace.wait(key, removal.waitingFor).againInMs);
  }

  return {
    reconcile,
    /** The keys of all that are orphans, were, or may be as far as the caches know. */
    nominees(): string[] {
      const names = deps.namespaces.list().flatMap((one) => nominated(one)?.name ?? []);
      return [...new Set([...names, ...found.keys()])].map((name) => keyText({ namespace: '', name }));
    },
    /** What a DagRepository's condition says of them. */
    of({ metadata }: KubeObject): string | undefined {
      const key = keyText({ namespace: metadata.namespace ?? '', name: metadata.name });
      return sentence([...found.values()].filter(({ owner }) => owner && keyText(owner.repository) === key));
    },
  };
}

/** Suspended, or unreadable: then nothing of its previews is removed. */
function isOnHold({ repositories }: Pick<OrphanDeps, 'repositories'>, key: Key): boolean {
  const object = repositories.get(key);
  const read = object && readDagRepository(object);
  return read !== undefined && !(read.ok && !read.repository.spec.suspend);
}

function sentence(orphans: readonly Found[]): string | undefined {
  if (orphans.length === 0) return undefined;
  const named = orphans
    .slice(0, NAMED)
    .map(({ name, owner, stuck }) => `${name} (${owner?.branch}${stuck ? `; still there: ${stuck}` : ''})`);
  const more = orphans.length > NAMED ? ` and ${orphans.length - NAMED} more` : '';
  return `Namespaces left behind by Previews that no longer exist: ${named.join(', ')}${more}. Offshoot removes them unless spec.suspend is true.`;
}
