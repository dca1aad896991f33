import { createHash } from 'node:crypto';
import type { Applied, Applier, Cluster, KubeObject } from './api.ts';
import { markOf, wasApplied, withMark } from './applied-mark.ts';
import { canonical } from './canonical.ts';
import { refOf } from './client.ts';
import { lastWriter, rivalOf, signature } from './drift.ts';
import { monotonic } from '../model/clock.ts';
import { codeOf } from '../model/problem.ts';
import { ClusterError } from './errors.ts';
import { firstOf, mustBeOurs, mustLive, nameOf, ownerOf, strayedMetadata } from './ownership.ts';
import { createTruce } from './truce.ts';

/** A cache that has not heard of a write after so long is not late: a fresh one within a minute is what watches promise. */
const LATE_MS = 60_000;

interface Memory {
  at: number;
  uid: string | undefined;
  resourceVersion: string | undefined;
  rendered: string;
  signature: string;
}

/**
 * Writes what should be, and only if it is not so. What was applied last is in memory, and as a digest in the object itself, for after a
 * restart.
 * What others undo again and again is done ever more slowly. `now` is a clock that never goes back, in ms.
 */
export function createApplier(
  cluster: Pick<Cluster, 'get' | 'create' | 'apply' | 'patch' | 'delete'>,
  fieldManager: string,
  now: () => number = monotonic,
): Applier {
  const truce = createTruce(now);
  const remembered = new Map<string, Map<string, Memory>>();

  const recall = (object: KubeObject) => remembered.get(ownerOf(object) ?? '')?.get(keyOf(object));

  function remember(rendered: string, object: KubeObject): Memory {
    const { uid, resourceVersion } = object.metadata;
    const owner = ownerOf(object) ?? '';
    const memory = { at: now(), uid, resourceVersion, rendered, signature: signature(object, fieldManager) };
    remembered.set(owner, (remembered.get(owner) ?? new Map<string, Memory>()).set(keyOf(object), memory));
    return memory;
  }

  /**
   * What is older than our own write is the past, as a cache shows it that has yet to hear of that write. If it lasts, the API server itself is
   * asked: after a restored backup the past is the present, and nothing that is remembered holds.
   */
  async function present(object: KubeObject, seen: KubeObject): Promise<KubeObject> {
    const last = recall(object);
    if (!last || now() - last.at < LATE_MS || !isOlder(seen, last)) return seen;
    const live = await cluster.get(refOf(object));
    if (live && isOlder(live, last)) remembered.get(ownerOf(object) ?? '')?.delete(keyOf(object));
    else last.at = now();
    return live ?? seen;
  }

  /** As if it had been applied by this process. */
  const adopt = (object: KubeObject, live: KubeObject, rendered: string) =>
    wasApplied(object, rendered, live, fieldManager) ? remember(rendered, live) : undefined;

  function isAsApplied(last: Memory | undefined, live: KubeObject, rendered: string): boolean {
    if (!last || last.rendered !== rendered || last.uid !== live.metadata.uid) return false;
    // A cache that has not yet seen our own write shows no drift, only the past.
    if (isOlder(live, last)) return true;
    return last.signature === signature(live, fieldManager);
  }

  async function applyTo(object: KubeObject, live: KubeObject, rendered: string): Promise<Applied> {
    mustBeOurs(object, live);
    mustLive(live);
    const key = keyOf(object);
    const last = recall(object) ?? adopt(object, live, rendered);
    if (isAsApplied(last, live, rendered))
      return { change: 'skipped', object: live, contest: truce.lately(key) };
    const changed = last?.rendered === rendered;
    const rival = changed ? rivalOf(object, live, fieldManager) : undefined;
    const contest = changed ? truce.tooSoon(key, rival) : undefined;
    if (contest) return { change: 'contested', object: live, contest };
    const after = await applyPinned(withMark(object, rendered), live);
    remember(rendered, after);
    if (changed) truce.undid(key, rival);
    // Not the resourceVersion alone: somebody may have written a status meanwhile.
    const same =
      after.metadata.resourceVersion === live.metadata.resourceVersion ||
      (signature(after, fieldManager) === signature(live, fieldManager) &&
        (last ? last.rendered === rendered : markOf(after) === markOf(live)));
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
    // A cache that has not yet seen our own patch shows the past.
    if (!metadata || (last && last.uid === live.metadata.uid && isOlder(live, last)))
      return { change: 'skipped', object: live, contest: truce.lately(key) };
    const rival = { by: lastWriter(live), field: firstOf(metadata) };
    const contest = truce.tooSoon(key, rival);
    if (contest) return { change: 'contested', object: live, contest };
    // Both: a wrong uid alone would be refused as invalid.
    const { uid, resourceVersion } = live.metadata;
    const patch = { metadata: { ...metadata, uid, resourceVersion } };
    const after = await cluster.patch<KubeObject>(refOf(object), patch, { fieldManager });
    remember('', after);
    truce.undid(key, rival);
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
      if (known) return applyTo(object, await present(object, known), hash(object));
      // Without force: should a stranger be quicker, their differing fields make it a Conflict instead of ours.
      const marked = withMark(object, hash(object));
      return make(object, () => cluster.apply<KubeObject>(marked, { fieldManager, force: false }));
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
      return mend(object, await present(object, known));
    },

    async discard(live) {
      const key = keyOf(live);
      const rival = { by: lastWriter(live) };
      const contest = truce.tooSoon(key, rival);
      if (contest) return { change: 'contested', object: live, contest };
      const { uid } = live.metadata;
      const options = { ...(uid && { uid }), propagationPolicy: 'Background' as const };
      // Our cache may not have heard yet that it is gone.
      if ((await cluster.delete(refOf(live), options)) === 'deleted') truce.undid(key, rival);
      return { change: 'pruned', object: live, contest: truce.lately(key) };
    },

    forget(previewUid) {
      for (const key of remembered.get(previewUid)?.keys() ?? []) truce.forget(key);
      remembered.delete(previewUid);
    },
  };
}

/** Resource versions are comparable integers since Kubernetes 1.35; anything else counts as not older. */
function isOlder({ metadata }: KubeObject, last: Memory): boolean {
  const [one, other] = [metadata.resourceVersion, last.resourceVersion];
  const number = /^\d+$/;
  return Boolean(one && other && number.test(one) && number.test(other)) && BigInt(one!) < BigInt(other!);
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function hash(object: KubeObject): string {
  return createHash('sha256').update(canonical(object)).digest('base64url');
}
