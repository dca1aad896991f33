import { monotonic } from '../model/clock.ts';
import { readDagRepository } from '../model/dag-repository.ts';
import { kinds } from '../model/kinds.ts';
import { keyText } from '../model/object.ts';
import { readPreview } from '../model/preview.ts';
import { createNotes } from '../notify/notes.ts';
import { createNotifier } from '../notify/notifier.ts';
import { entryName } from '../notify/outbox.ts';
import { createPace } from '../notify/pace.ts';
import { createQueueRemovalNotice } from '../notify/queue-removal-notice.ts';
import { createTrustedOutbox } from '../notify/trusted-outbox.ts';
import type { Queue } from '../controller/queue.ts';
import type { KubeObject } from '../model/object.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Preview } from '../model/preview.ts';
import type { Parts, Shared } from './controllers.ts';

/** How removals get into the outbox, and which entries are believed: known for as long as this process runs. */
export function createOutbox({ cluster, watched, channels, now, log }: Parts) {
  const trusted = createTrustedOutbox({ channels, hasRepository: watched.hasRepository, log });
  watched.outbox.onChange(({ type, object }) => type === 'deleted' && trusted.gone(object));
  const repositoryOf = ({ metadata: { namespace = '' }, spec }: Preview) => {
    const object = watched.repositories.get({ namespace, name: spec.repositoryRef.name });
    const read = object && readDagRepository(object);
    return read?.ok ? read.repository : undefined;
  };
  return {
    trusted,
    repositoryOf,
    queueRemovalNotice: createQueueRemovalNotice({
      channels,
      cluster,
      repositoryOf,
      wrote: trusted.wrote,
      now,
      log,
    }),
  };
}

/** A reconciler for each channel, with a queue of its own: a channel that is slow delays no other. */
export function createNotifiers(
  shared: Shared,
  queueFor: (reconcile: (key: string) => Promise<Outcome>) => Queue,
) {
  const { cluster, watched, channels, trusted, repositoryOf, now, log } = shared;
  const notes = createNotes({ cluster, now });
  const queues = channels.map((channel) =>
    queueFor(
      createNotifier({
        channel,
        previewOf({ namespace, uid }) {
          const object = watched.previews.byUid(uid);
          const read = object?.metadata.namespace === namespace ? readPreview(object) : undefined;
          return read?.ok ? notes.newest(read.preview) : undefined;
        },
        repositoryOf,
        entryOf({ namespace, uid }) {
          const object = watched.outbox.get({ namespace, name: entryName(channel.name, uid) });
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
