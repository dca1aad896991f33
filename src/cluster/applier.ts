import { createHash } from 'node:crypto';
import type { Cluster, KubeObject } from './api.ts';
import { canonical } from './canonical.ts';
import { refOf } from './client.ts';
import { signature } from './drift.ts';
import { ClusterError, codeOf } from './errors.ts';

/** Whose an object is: the uid of its Preview. A namespace has it as an annotation too, which stays where somebody takes the label away. */
const ownerLabel = 'offshoot.dev/preview-uid';

export interface Applied {
  /** `skipped`: nothing was sent · `unchanged`: an apply was sent and changed nothing. */
  change: 'created' | 'configured' | 'unchanged' | 'skipped';
  object: KubeObject;
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
  /** Drops what is remembered about a preview's objects. */
  forget(previewUid: string): void;
}

interface Memory {
  owner: string;
  uid: string | undefined;
  resourceVersion: string | undefined;
  rendered: string;
  signature: string;
}

/** Writes what should be, and only if it is not so. What was applied last is in memory only: a restart costs one no-op apply per object. */
export function createApplier(
  cluster: Pick<Cluster, 'get' | 'create' | 'apply' | 'patch'>,
  fieldManager: string,
): Applier {
  const remembered = new Map<string, Memory>();

  function remember(key: string, rendered: string, object: KubeObject): void {
    const { uid, resourceVersion } = object.metadata;
    const owner = ownerOf(object) ?? '';
    remembered.set(key, { owner, uid, resourceVersion, rendered, signature: signature(object) });
  }

  async function applyTo(object: KubeObject, live: KubeObject, rendered: string): Promise<Applied> {
    mustBeOurs(object, live);
    mustLive(live);
    const key = keyOf(object);
    const last = remembered.get(key);
    if (isAsApplied(last, live, rendered)) return { change: 'skipped', object: live };
    const after = await applyPinned(object, live);
    remember(key, rendered, after);
    // Not the resourceVersion alone: somebody may have written a status meanwhile.
    const same =
      after.metadata.resourceVersion === live.metadata.resourceVersion ||
      (signature(after) === signature(live) && (last === undefined || last.rendered === rendered));
    return { change: same ? 'unchanged' : 'configured', object: after };
  }

  async function mend(object: KubeObject, live: KubeObject): Promise<Applied> {
    const metadata = strayedMetadata(object, live);
    const last = remembered.get(keyOf(object));
    const seen = last?.uid === live.metadata.uid ? last?.resourceVersion : undefined;
    // A cache that has not yet seen our own patch shows the past.
    if (!metadata || isOlder(live.metadata.resourceVersion, seen)) return { change: 'skipped', object: live };
    // Both: a wrong uid alone would be refused as invalid.
    const { uid, resourceVersion } = live.metadata;
    const patch = { metadata: { ...metadata, uid, resourceVersion } };
    const after = await cluster.patch<KubeObject>(refOf(object), patch, { fieldManager });
    remember(keyOf(object), '', after);
    return { change: 'configured', object: after };
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
      const rendered = hash(object);
      const known = live ?? (nowhere ? undefined : await cluster.get(refOf(object)));
      if (known) return applyTo(object, known, rendered);
      // Without force: should a stranger be quicker, their differing fields make it a Conflict instead of ours.
      const after = await cluster.apply<KubeObject>(object, { fieldManager, force: false });
      remember(keyOf(object), rendered, after);
      return { change: 'created', object: after };
    },

    async ensureCreated(object, live) {
      let known = live;
      if (!known) {
        try {
          return { change: 'created', object: await cluster.create(object, { fieldManager }) };
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

    forget(previewUid) {
      for (const [key, { owner }] of remembered) if (owner === previewUid) remembered.delete(key);
    },
  };
}

function isAsApplied(last: Memory | undefined, live: KubeObject, rendered: string): boolean {
  if (!last || last.rendered !== rendered || last.uid !== live.metadata.uid) return false;
  // A cache that has not yet seen our own write shows no drift, only the past.
  return isOlder(live.metadata.resourceVersion, last.resourceVersion) || last.signature === signature(live);
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
    `${nameOf(live)} exists and was not made for this preview ` +
      `(its label ${ownerLabel} is ${JSON.stringify(ownerOf(live) ?? null)}, not ${JSON.stringify(owner ?? null)}): ` +
      'it is left alone; delete or rename it',
  );
}

function mustLive(live: KubeObject): void {
  if (!live.metadata.deletionTimestamp) return;
  // An apply would succeed and vanish together with the object.
  throw new ClusterError('Conflict', `${nameOf(live)} is being deleted: wait until it is gone`);
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
