import type { Kind } from '../model/kinds.ts';
import type { KubeObject } from '../model/object.ts';
import type { Contest } from './truce.ts';

export type { Kind } from '../model/kinds.ts';
export type { KubeObject, ManagedField, ObjectMeta } from '../model/object.ts';

export type { ClusterError, ClusterErrorCode } from './errors.ts';
export type { Exec } from './exec.ts';

export interface Ref {
  kind: Kind;
  namespace?: string;
  name: string;
}

export interface Selection {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Only `metadata` travels; apiVersion and kind are the real ones. */
  metadataOnly?: boolean;
}

export interface WatchOptions extends Selection {
  /** False drops `metadata.managedFields` from cached objects; drift detection needs them. Default true. */
  keepManagedFields?: boolean;
}

export interface DeleteOptions {
  uid?: string;
  resourceVersion?: string;
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

export interface LogOptions {
  namespace: string;
  pod: string;
  container: string;
  /** Goes on until the container ends. */
  follow?: boolean;
  tailLines?: number;
  sinceSeconds?: number;
  /** RFC 3339; the API server looks at whole seconds only. */
  sinceTime?: string;
  signal: AbortSignal;
}

export interface LogLine {
  /** RFC 3339 with nanoseconds. */
  at: string;
  text: string;
}

interface Abortable {
  signal?: AbortSignal;
}

/** Every method throws `ClusterError` and nothing else. Writes are sent once, reads survive a reset connection. */
export interface Cluster {
  /** Undefined only if the server says that this very object does not exist. */
  get<T extends KubeObject>(ref: Ref, options?: Abortable): Promise<T | undefined>;
  /** A consistent, complete list, read page by page. */
  list<T extends KubeObject>(
    kind: Kind,
    options?: Selection & Abortable,
  ): Promise<{ items: T[]; resourceVersion: string }>;
  create<T extends KubeObject>(object: T, options?: { fieldManager?: string } & Abortable): Promise<T>;
  /** Server-side apply. A `metadata.uid` in the object makes a wrong or missing live object a `Conflict`. */
  apply<T extends KubeObject>(
    object: T,
    options: { fieldManager: string; force?: boolean; subresource?: 'status' } & Abortable,
  ): Promise<T>;
  /** Merge patch; `metadata.resourceVersion` or `metadata.uid` inside make it conditional. */
  patch<T extends KubeObject>(
    ref: Ref,
    patch: unknown,
    options: { fieldManager: string; subresource?: 'status' } & Abortable,
  ): Promise<T>;
  /** `deleted` means accepted: finalizers may keep the object for a while. A failed precondition is a `Conflict`. */
  delete(ref: Ref, options?: DeleteOptions & Abortable): Promise<'deleted' | 'absent'>;
  deleteCollection(
    kind: Kind,
    namespace: string,
    options: {
      labelSelector?: string;
      gracePeriodSeconds?: number;
      propagationPolicy?: DeleteOptions['propagationPolicy'];
    } & Abortable,
  ): Promise<void>;
  /** Does not connect before `start()`. */
  watch<T extends KubeObject>(kind: Kind, options?: WatchOptions): Cache<T>;
  logs(options: LogOptions): AsyncIterable<LogLine>;
  /** For discovery, version and health: parsed JSON, or text where the server does not answer JSON. */
  raw(method: 'GET' | 'POST', path: string, options?: { body?: unknown } & Abortable): Promise<unknown>;
}

/** How this process gets to a Service. */
export interface Reach {
  /** Where the first port of a Service answers, such as `http://10.96.3.4:8080`; undefined while it does not. */
  addressOf(service: KubeObject): string | undefined;
  /** The Service is gone. */
  forget(service: KubeObject): void;
  close(): Promise<void>;
}

export interface Change<T> {
  type: 'added' | 'modified' | 'deleted';
  object: T;
  /** What the cache held before; absent for `added`. */
  previous?: T;
}

/** A live copy of one kind. It never gives up: whatever happens to the connection, it lists or watches again. */
export interface Cache<T> {
  start(): void;
  /** Resolves after the first complete list; rejects (`Aborted`) if stopped before. */
  synced(): Promise<void>;
  hasSynced(): boolean;
  get(key: { namespace?: string; name: string }): T | undefined;
  byUid(uid: string): T | undefined;
  list(): T[];
  /** All objects whose label has this value; the index is made on first use. */
  labelled(label: string, value: string): T[];
  /** Register before `start()`: objects already there are not told again. What a listener throws is logged. */
  onChange(listener: (change: Change<T>) => void): void;
  stop(): Promise<void>;
}

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
