import { kinds } from '../model/kinds.ts';
import { owner } from '../model/labels.ts';
import { codeOf } from '../model/problem.ts';
import { createQueueRemovalNotice } from '../notify/queue-removal-notice.ts';
import { createNotifier } from '../notify/notifier.ts';
import { createSlack } from '../notify/slack/slack.ts';
import { createTrustedOutbox } from '../notify/trusted-outbox.ts';
import { patchOf } from '../model/status-patch.ts';
import type { Logger } from 'pino';
import type { Cluster } from '../cluster/api.ts';
import type { Notifier, NotifierOptions } from '../notify/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Key } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { ReadSecret } from '../model/secret-use.ts';
import type { Watched } from './caches.ts';

interface Parts {
  cluster: Cluster;
  watched: Watched;
  readSecret: ReadSecret;
  repository(key: Key): DagRepository | undefined;
  slackApiUrl: string;
  log: Logger;
}

/**
 * The notifier beside the controllers: it follows the Previews' status and the outbox, and no reconcile ever waits for it. A new one each
 * time this process begins to lead.
 */
export function createNotifying({ cluster, watched, readSecret, repository, slackApiUrl, log }: Parts) {
  const repositoryOf = ({ metadata, spec }: Preview) =>
    repository({ namespace: metadata.namespace ?? '', name: spec.repositoryRef.name });
  const trusted = createTrustedOutbox({ hasRepository: watched.hasRepository, log });
  const options: NotifierOptions = {
    channels: { slack: createSlack({ apiUrl: slackApiUrl, log }) },
    readSecret,
    now: () => new Date(),
    log,
    async saveNotice(preview, status) {
      await cluster
        .apply(patchOf(preview, status), {
          fieldManager: owner.notifier,
          force: true,
          subresource: 'status',
        })
        .catch((error: unknown) => {
          const code = codeOf(error);
          if (code !== 'NotFound' && code !== 'Conflict') throw error; // gone: the outbox speaks for it now
        });
    },
    outbox: {
      list: () => watched.outbox.list().flatMap(trusted.read),
      remove: async ({ namespace, name, uid }) =>
        void (await cluster.delete({ kind: kinds.ConfigMap, namespace, name }, { uid })),
    },
  };
  let notifier: Notifier | undefined;

  const consider = (preview: Preview) => {
    const found = repositoryOf(preview);
    if (found) notifier?.consider(preview, found);
  };
  watched.previews.onChange(({ type, object }) =>
    type === 'deleted' ? notifier?.forget(object) : consider(object),
  );
  // Another channel, or none: what waits to be said waits for that one.
  watched.repositories.onChange(({ object, previous }) => {
    if (previous?.metadata.generation !== object.metadata.generation)
      watched.previewsOf(object).forEach(consider);
  });
  watched.outbox.onChange(({ type, object }) => {
    if (type === 'deleted') return trusted.gone(object);
    // Who does not lead says nothing, and looks at everything when it begins to.
    if (notifier) trusted.read(object).forEach((entry) => notifier?.considerOutbox(entry));
  });

  return {
    start() {
      notifier = createNotifier(options);
      watched.readable().forEach(consider);
      notifier.start();
    },
    async stop() {
      const ending = notifier;
      notifier = undefined;
      await ending?.stop();
    },
    queueRemovalNotice: createQueueRemovalNotice({
      cluster,
      repositoryOf,
      wrote: trusted.wrote,
      now: () => new Date(),
      log,
    }),
  };
}
