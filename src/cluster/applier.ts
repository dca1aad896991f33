import { createHash } from 'node:crypto';
import type { Cluster, KubeObject } from './api.ts';
import { canonical } from './canonical.ts';
import { refOf } from './client.ts';
import { lastWriter, rivalOf, signature } from './drift.ts';
import { codeOf } from '../model/problem.ts';
import { ClusterError } from './errors.ts';
import { createTruce } from './truce.ts';
import type { Contest } from './truce.ts';

/** Whose an object is: the uid of its Preview. A namespace has it as an annotation too, which stays where somebody takes the label away. */
const ownerLabel = 'offshoot.dev/preview-uid';

export interface Applied {
  /**
   * `skipped`: nothing was sent · `unchanged`: an apply was sent and changed nothing · `contested`: nothing was sent, because others
   * keep undoing it, and it is not yet time to do it again.
   */
  change: 'created' | 'configured' | 'unchanged' | 'skipped' | 'pruned' | 'contested';
  object: KubeObject;
  /** Others keep undoing it, whether or not it is as it should be just now. */
  contest?: Contest | undefined;
}

export interface Applier {
  /**
   * Server-side apply with force, pinned to `live`. Without `live` the API is asked first, since a cache chosen by label cannot see a
   * stranger's object of this name, unless `nowhere` says that nothing can be there: its namespace was created a moment ago, by us.
   * Throws `NotOurs` for a stranger's, `Conflict` for one being deleted or replaced meanwhile.
   */
  ensure(object: KubeObject, live: KubeObject | undefined, options?: { nowhere?: boolean }): Promise<Applied>;
  /**
   * For what is written once (Namespace, immutable Secret): POST, and on 409 go on only with our own. Of what is there already (`live`),
   * our labels and annotations are put back where they differ; those of others stay.
   */
  ensureCreated(object: KubeObject, live?: KubeObject): Promise<Applied>;
  /** Deletes what carries our label and is not wanted, pinned to the uid that was seen. */
  discard(live: KubeObject): Promise<Applied>;
  /** Drops what is remembered about a preview's objects. */
  forget(previewUid: string): void;
}

interface Memory {
  uid: string | undefined;
  resourceVersion: string | undefined;
  rendered: string;
  signature: string;
}

/**
 * Writes what should be, and only if it is not so. What was applied last is in memory only: a restart costs one no-op apply per object.
 * What others undo again and again is done ever more slowly. `now` is a clock that never goes back, in ms.
 */
export function createApplier(
  cluster: Pick<Cluster, 'get' | 'create' | 'apply' | 'patch' | 'delete'>,
  fieldManager: string,
  now: () => number = () => performance.now(),
): Applier {
  const truce = createTruce(now);
  const remembered = new Map<string, Map<string, Memory>>();

  const recall = (object: KubeObject) => remembered.get(ownerOf(object) ?? '')?.get(keyOf(object));

  function remember(rendered: string, object: KubeObject): void {
    const { uid, resourceVersion } = object.metadata;
    const owner = ownerOf(object) ?? '';
    const memory = { uid, resourceVersion, rendered, signature: signature(object, fieldManager) };
    remembered.set(owner, (remembered.get(owner) ?? new Map<string, Memory>()).set(keyOf(object), memory));
  }

  function isAsApplied(last: Memory | undefined, live: KubeObject, rendered: string): boolean {
    if (!last || last.rendered !== rendered || last.uid !== live.metadata.uid) return false;
    // A cache that has not yet seen our own write shows no drift, only the past.
    if (isOlder(live.metadata.resourceVersion, last.resourceVersion)) return true;
    return last.signature === signature(live, fieldManager);
  }

  async function applyTo(object: KubeObject, live: KubeObject, rendered: string): Promise<Applied> {
    mustBeOurs(object, live);
    mustLive(live);
    const key = keyOf(object);
    const last = recall(object);
    if (isAsApplied(last, live, rendered))
      return { change: 'skipped', object: live, contest: truce.lately(key) };
    const changed = last?.rendered === rendered;
    const by = changed ? rivalOf(object, live, fieldManager) : undefined;
    const contest = changed ? truce.tooSoon(key, by) : undefined;
    if (contest) return { change: 'contested', object: live, contest };
    const after = await applyPinned(object, live);
    remember(rendered, after);
    if (changed) truce.undid(key, by);
    // Not the resourceVersion alone: somebody may have written a status meanwhile.
    const same =
      after.metadata.resourceVersion === live.metadata.resourceVersion ||
      (signature(after, fieldManager) === signature(live, fieldManager) &&
        (last === undefined || last.rendered === rendered));
    return { change: same ? 'unchanged' : 'configured', object: after, contest: truce.lately(key) };
  }

  /** What is not there, though it was made: each time somebody deletes it again, it is made more slowly. */
  async function make(object: KubeObject, send: () => Promise<KubeObject>): Promise<Applied> {
    const key = keyOf(object);
    const deleted = recall(object) !== undefined;
    const contest = deleted ? truce.tooSoon(key, undefined) : undefined;
    if (contest) return { change: 'contested', object, contest };
    const after = await send();
    remember(hash(object), after);
    if (deleted) truce.undid(key, undefined);
    return { change: 'created', object: after, contest: truce.lately(key) };
  }

  async function mend(object: KubeObject, live: KubeObject): Promise<Applied> {
    const key = keyOf(object);
    const metadata = strayedMetadata(object, live);
    const last = recall(object);
    const seen = last?.uid === live.metadata.uid ? last?.resourceVersion : undefined;
    // A cache that has not yet seen our own patch shows the past.
    if (!metadata || isOlder(live.metadata.resourceVersion, seen))
      return { change: 'skipped', object: live, contest: truce.lately(key) };
    const by = lastWriter(live);
    const contest = truce.tooSoon(key, by);
    if (contest) return { change: 'contested', object: live, contest };
    // Both: a wrong uid alone would be refused as invalid.
    const { uid, resourceVersion } = live.metadata;
    const patch = { metadata: { ...metadata, uid, resourceVersion } };
    const after = await cluster.patch<KubeObject>(refOf(object), patch, { fieldManager });
    remember('', after);
    truce.undid(key, by);
    return { change: 'configured', object: after, contest: truce.lately(key) };
  }

  async function applyPinned(object: KubeObject, live: KubeObject): Promise<KubeObject> {
    const { uid } = live.metadata;
    const pinned = { ...object, metadata: { ...object.metadata, uid } };
    try {
      return await cluster.apply<KubeObject>(pinned, { fieldManager, force: true });
    } catch (error) {
      // A wrong uid is a 409 if nothing is there, but a 422 if another object is.
      if (codeOf(error) !== 'Invalid') throw error;
      const now = await cluster.get(refOf(object));
      if (now?.metadata.uid === uid) return replaceLists(pinned, error);
      const message = `${nameOf(live)} was replaced since it was read: read it again`;
      throw new ClusterError('Conflict', message, { cause: error });
    }
  }

  /**
   * An apply keeps what others put into a list beside our items, and that can make it invalid: a Service whose port somebody changed would
   * have two ports of one name. A merge patch puts our whole lists in the place of theirs; then the apply is repeated, so that it is still
   * the apply that owns our fields.
   */
  async function replaceLists(pinned: KubeObject, refusal: unknown): Promise<KubeObject> {
    try {
      await cluster.patch(refOf(pinned), pinned, { fieldManager });
      return await cluster.apply<KubeObject>(pinned, { fieldManager, force: true });
    } catch (error) {
      throw codeOf(error) === 'Invalid' ? refusal : error;
    }
  }

  return {
    async ensure(object, live, { nowhere = false } = {}) {
      const known = live ?? (nowhere ? undefined : await cluster.get(refOf(object)));
      if (known) return applyTo(object, known, hash(object));
      // Without force: should a stranger be quicker, their differing fields make it a Conflict instead of ours.
      return make(object, () => cluster.apply<KubeObject>(object, { fieldManager, force: false }));
    },

    async ensureCreated(object, live) {
      let known = live;
      if (!known) {
        try {
          return await make(object, () => cluster.create(object, { fieldManager }));
        } catch (error) {
          if (codeOf(error) !== 'AlreadyExists') throw error;
          known = await cluster.get(refOf(object));
          if (!known) throw error;
        }
      }
      mustBeOurs(object, known);
      mustLive(known);
      return mend(object, known);
    },

    async discard(live) {
      const key = keyOf(live);
      const by = lastWriter(live);
      const contest = truce.tooSoon(key, by);
      if (contest) return { change: 'contested', object: live, contest };
      const { uid } = live.metadata;
      const options = { ...(uid && { uid }), propagationPolicy: 'Background' as const };
      // Our cache may not have heard yet that it is gone.
      if ((await cluster.delete(refOf(live), options)) === 'deleted') truce.undid(key, by);
      return { change: 'pruned', object: live, contest: truce.lately(key) };
    },

    forget(previewUid) {
      for (const key of remembered.get(previewUid)?.keys() ?? []) truce.forget(key);
      remembered.delete(previewUid);
    },
  };
}

/** Resource versions are comparable integers since Kubernetes 1.35; anything else counts as not older. */
function isOlder(one: string | undefined, other: string | undefined): boolean {
  const number = /^\d+$/;
  return Boolean(one && other && number.test(one) && number.test(other)) && BigInt(one!) < BigInt(other!);
}

function mustBeOurs(desired: KubeObject, live: KubeObject): void {
  const owner = ownerOf(desired);
  if (owner && (ownerOf(live) === owner || live.metadata.annotations?.[ownerLabel] === owner)) return;
  throw new ClusterError(
    'NotOurs',
    `${nameOf(live)} exists and was not created for this preview ` +
      `(its label ${ownerLabel} is ${JSON.stringify(ownerOf(live) ?? null)}, not ${JSON.stringify(owner ?? null)}): ` +
      'it is not touched; delete or rename it',
  );
}

function mustLive(live: KubeObject): void {
  if (!live.metadata.deletionTimestamp) return;
  // An apply would succeed and vanish together with the object.
  throw new ClusterError('Conflict', `${nameOf(live)} is being deleted; wait until it is gone`);
}

/** Our labels and annotations that are not as they should be; undefined if all are. */
function strayedMetadata(desired: KubeObject, live: KubeObject) {
  const strayed = (field: 'labels' | 'annotations') =>
    Object.entries(desired.metadata[field] ?? {}).filter(
      ([key, value]) => live.metadata[field]?.[key] !== value,
    );
  const [labels, annotations] = [strayed('labels'), strayed('annotations')];
  if (labels.length + annotations.length === 0) return undefined;
  return {
    ...(labels.length && { labels: Object.fromEntries(labels) }),
    ...(annotations.length && { annotations: Object.fromEntries(annotations) }),
  };
}

function ownerOf(object: KubeObject): string | undefined {
  return object.metadata.labels?.[ownerLabel];
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}

function hash(object: KubeObject): string {
  return createHash('sha256').update(canonical(object)).digest('base64url');
}
