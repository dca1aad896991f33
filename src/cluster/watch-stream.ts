import { accept, asKind, isObjectOf } from './answers.ts';
import type { Kind, KubeObject, WatchOptions } from './api.ts';
import { ClusterError } from './errors.ts';
import { breakdown, refusal } from './failure.ts';
import { lines } from './lines.ts';
import { collectionPath, query } from './paths.ts';
import { type Call, type Transport, what } from './transport.ts';

export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject; resourceVersion: string }
  | { type: 'BOOKMARK'; resourceVersion: string };

export interface WatchCall {
  kind: Kind;
  options: WatchOptions;
  resourceVersion: string;
  /** The server is asked to end the stream after this long. */
  timeoutSeconds: number;
  signal: AbortSignal;
  onConnected(): void;
}

/** One watch connection: its events, until it ends. Throws ClusterError; `Gone` if the version is too old to go on from. */
export async function* watchStream(transport: Transport, watch: WatchCall): AsyncGenerator<WatchEvent> {
  const { kind, options, resourceVersion, timeoutSeconds, signal } = watch;
  const { namespace, labelSelector, fieldSelector } = options;
  const parameters = {
    watch: 1,
    allowWatchBookmarks: true,
    resourceVersion,
    timeoutSeconds,
    labelSelector,
    fieldSelector,
  };
  const call: Call & { signal: AbortSignal } = {
    verb: 'watch',
    method: 'GET',
    path: collectionPath(kind, namespace) + query(parameters),
    resource: kind.plural,
    ...(namespace && { namespace }),
    accept: options.metadataOnly ? accept.partial : accept.object,
    signal,
  };
  const body = await transport.stream(call);
  watch.onConnected();
  try {
    for await (const line of lines(body)) yield readEvent(call, kind, line);
  } catch (error) {
    if (error instanceof RangeError) throw garbage(call, error.message, error);
    throw breakdown(`WATCH ${kind.plural}`, error);
  }
}

function readEvent(call: Call, kind: Kind, line: string): WatchEvent {
  let event: { type?: unknown; object?: unknown } | null;
  try {
    event = JSON.parse(line) as typeof event;
  } catch (cause) {
    throw garbage(call, 'a line is not JSON', cause);
  }
  if (event?.type === 'ERROR') {
    const code = (event.object as { code?: unknown } | null)?.code;
    const status = typeof code === 'number' ? code : 500;
    throw refusal(`WATCH ${kind.plural}`, status, JSON.stringify(event.object ?? {}));
  }
  const object = event?.object as Partial<KubeObject> | null | undefined;
  const resourceVersion = object?.metadata?.resourceVersion;
  if (typeof resourceVersion !== 'string' || resourceVersion === '') {
    throw garbage(call, 'an event has no resourceVersion');
  }
  if (event?.type === 'BOOKMARK') return { type: 'BOOKMARK', resourceVersion };
  if (event?.type !== 'ADDED' && event?.type !== 'MODIFIED' && event?.type !== 'DELETED') {
    throw garbage(call, `an event is of the unknown type ${JSON.stringify(event?.type)}`);
  }
  if (!isObjectOf(kind, object)) throw garbage(call, `an event's object is not a ${kind.kind}`);
  return { type: event.type, object: asKind(kind, object), resourceVersion };
}

function garbage(call: Call, why: string, cause?: unknown): ClusterError {
  return new ClusterError('Internal', `${what(call)}: cannot read the watch: ${why}`, { cause });
}
