import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from './oracle/kube-client.ts';

export interface WatchedObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly status?: unknown;
}

export type WatchEvent<T> = { readonly type: 'seen' | 'gone'; readonly object: T };

/** Follows a list until the signal comes: `seen` for each object and change, `gone` once; a lost watch lists again. */
export async function kubeWatch<T extends WatchedObject>(
  kube: KubeClient,
  path: string,
  onEvent: (event: WatchEvent<T>) => void,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, T>();
  const tell = (type: 'seen' | 'gone', object: T): void => {
    if (type === 'seen') known.set(object.metadata.uid, object);
    else if (!known.delete(object.metadata.uid)) return;
    onEvent({ type, object });
  };
  while (!signal.aborted) {
    try {
      const { status, body } = await kube.get(path);
      if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
      const { metadata, items } = body as { metadata: { resourceVersion: string }; items: T[] };
      const present = new Set(items.map((item) => item.metadata.uid));
      for (const [uid, object] of known) if (!present.has(uid)) tell('gone', object);
      for (const item of items) tell('seen', item);
      await follow(kube, path, metadata.resourceVersion, tell, signal);
    } catch {
      // The API server may be restarting, the kind not yet known: list again shortly.
      await sleep(300, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function follow<T extends WatchedObject>(
  kube: KubeClient,
  path: string,
  resourceVersion: string,
  tell: (type: 'seen' | 'gone', object: T) => void,
  signal: AbortSignal,
): Promise<void> {
  const joint = path.includes('?') ? '&' : '?';
  const stream = await kube.open(`${path}${joint}watch=1&resourceVersion=${resourceVersion}`, signal);
  stream.on('error', () => undefined); // a cut connection ends the loop below; that is enough
  if (stream.statusCode !== 200) {
    stream.destroy();
    throw new Error(`watching ${path} answered ${stream.statusCode}`);
  }
  for await (const line of createInterface({ input: stream })) {
    const { type, object } = JSON.parse(line) as { type: string; object: T };
    if (type === 'ERROR') return;
    tell(type === 'DELETED' ? 'gone' : 'seen', object);
  }
}
