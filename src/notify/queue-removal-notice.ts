import { owner } from '../model/labels.ts';
import { aboutPreview } from '../model/preview.ts';
import { codeOf, textOf } from '../model/problem.ts';
import { outboxConfigMap, removalNotice } from './outbox.ts';
import type { Cluster } from '../cluster/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { Channel } from './api.ts';

interface Deps {
  channels: readonly Channel[];
  cluster: Pick<Cluster, 'create'>;
  repositoryOf(preview: Preview): DagRepository | undefined;
  /** Hears of each entry that was written. */
  wrote(entry: KubeObject): void;
  now(): Date;
  log: { warn(fields: object, message: string): void };
}

/** Later than this after its beginning, a removal no longer waits for its notice to be taken. */
const PATIENCE_MS = 600_000;

/** Puts what each channel has yet to tell into the outbox, before the Preview goes. No removal hangs on that for ever. */
export function createQueueRemovalNotice({ channels, cluster, repositoryOf, wrote, now, log }: Deps) {
  return async (preview: Preview): Promise<void> => {
    for (const channel of channels) await queue(channel, preview);
  };

  async function queue(channel: Channel, preview: Preview): Promise<void> {
    const entry = removalNotice(channel, preview, repositoryOf(preview), now());
    if (!entry) return;
    try {
      wrote(await cluster.create(outboxConfigMap(entry), { fieldManager: owner.notifier }));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'AlreadyExists') return;
      const removedForMs = now().getTime() - Date.parse(preview.metadata.deletionTimestamp ?? '');
      if (code !== 'NamespaceGone' && !(removedForMs > PATIENCE_MS))
        throw new Error(`The outbox entry for ${channel.title} was not written: ${textOf(error)}`, {
          cause: error,
        });
      log.warn(
        { ...aboutPreview(preview), code, why: textOf(error) },
        `notify: could not write the outbox entry; ${channel.title} will not announce the removal`,
      );
    }
  }
}
