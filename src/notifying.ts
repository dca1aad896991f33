import { kinds } from './model/kinds.ts';
import { owner } from './model/labels.ts';
import { codeOf } from './model/problem.ts';
import { createFarewell } from './notify/farewell.ts';
import { createNotifier } from './notify/notifier.ts';
import { parseOutbox } from './notify/outbox.ts';
import { createSlack } from './notify/slack/slack.ts';
import { patchOf } from './controller/preview/save-status.ts';
import type { Logger } from 'pino';
import type { Cluster } from './cluster/api.ts';
import type { SecretData } from './forges/api.ts';
import type { DagRepository } from './model/dag-repository.ts';
import type { Key, KubeObject } from './model/object.ts';
import type { Preview } from './model/preview.ts';
import type { Watched } from './watched.ts';

interface Parts {
  cluster: Cluster;
  watched: Watched;
  readSecret(namespace: string, name: string): Promise<SecretData | undefined>;
  repository(key: Key): DagRepository | undefined;
  slackApiUrl: string;
  log: Logger;
}

/** The notifier beside the controllers: it follows the Previews' status and the outbox, and no reconcile ever waits for it. */
export function startNotifier({ cluster, watched, readSecret, repository, slackApiUrl, log }: Parts) {
  const repositoryOf = ({ metadata, spec }: Preview) =>
    repository({ namespace: metadata.namespace ?? '', name: spec.repositoryRef.name });
  const entryOf = (configMap: KubeObject) => {
    const read = parseOutbox(configMap);
    if (!read.ok) log.warn({ why: read.message }, 'notify: unreadable outbox entry');
    return read.ok ? [read.entry] : [];
  };
  const notifier = createNotifier({
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
      list: () => watched.outbox.list().flatMap(entryOf),
      remove: async ({ namespace, name, uid }) =>
        void (await cluster.delete({ kind: kinds.ConfigMap, namespace, name }, { uid })),
    },
  });

  const consider = (preview: Preview) => {
    const found = repositoryOf(preview);
    if (found) notifier.consider(preview, found);
  };
  watched.previews.onChange(({ type, object }) =>
    type === 'deleted' ? notifier.forget(object.metadata.uid ?? '') : consider(object),
  );
  // Another channel, or none: what waits to be said waits for that one.
  watched.repositories.onChange(({ object, previous }) => {
    if (previous?.metadata.generation !== object.metadata.generation)
      watched.previewsOf(object).forEach(consider);
  });
  watched.outbox.onChange(({ type, object }) => {
    if (type !== 'deleted') entryOf(object).forEach((entry) => notifier.considerOutbox(entry));
  });

  return {
    start() {
      watched.readable().forEach(consider);
      notifier.start();
    },
    stop: () => notifier.stop(),
    farewell: createFarewell({ cluster, repositoryOf, now: () => new Date(), log }),
  };
}
