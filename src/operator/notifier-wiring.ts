import { monotonic } from '../model/clock.ts';
import { kinds } from '../model/kinds.ts';
import { keyText } from '../model/object.ts';
import { readPreview } from '../model/preview.ts';
import { createNotes } from '../notify/notes.ts';
import { createNotifier } from '../notify/notifier.ts';
import { entryName } from '../notify/outbox.ts';
import { createPace } from '../notify/pace.ts';
import type { Queue } from '../controller/queue.ts';
import type { KubeObject } from '../model/object.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Shared } from './shared.ts';

/** A reconciler for each channel, with a queue of its own: a channel that is slow delays no other. */
export function createNotifiers(
  shared: Shared,
  queueFor: (reconcile: (key: string) => Promise<Outcome>) => Queue,
) {
  const { cluster, caches, channels, trusted, now, log } = shared;
  const notes = createNotes({ cluster, now });
  const queues = channels.map((channel) =>
    queueFor(
      createNotifier({
        channel,
        previewOf({ namespace, uid }) {
          const object = caches.previews.byUid(uid);
          const read = object?.metadata.namespace === namespace ? readPreview(object) : undefined;
          return read?.ok ? notes.newest(read.preview) : undefined;
        },
        repositoryOf: caches.repositoryOf,
        entryOf({ namespace, uid }) {
          const object = caches.outbox.get({ namespace, name: entryName(channel.name, uid) });
          return object && trusted.read(object)[0];
        },
        async removeEntry({ namespace, name, uid }) {
          await cluster.delete({ kind: kinds.ConfigMap, namespace, name }, { uid });
        },
        notes,
        pace: createPace(monotonic),
        now,
        log,
      }),
    ),
  );
  const add = (namespace: string, uid: string) =>
    queues.forEach((queue) => queue.add(keyText({ namespace, name: uid })));

  return {
    add: ({ metadata: { namespace = '', uid = '' } }: KubeObject) => add(namespace, uid),
    addRemoval: (configMap: KubeObject) =>
      trusted.read(configMap).forEach(({ namespace, previewUid }) => add(namespace, previewUid)),
    async stop() {
      await Promise.all(queues.map((queue) => queue.stop()));
    },
  };
}

export type Notifiers = ReturnType<typeof createNotifiers>;
