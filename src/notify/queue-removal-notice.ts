import { owner } from '../model/labels.ts';
import { aboutPreview } from '../model/preview.ts';
import { codeOf, textOf } from '../model/problem.ts';
import { outboxConfigMap, removalNotice } from './outbox.ts';
import type { Cluster } from '../cluster/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';

interface Deps {
  cluster: Pick<Cluster, 'create'>;
  repositoryOf(preview: Preview): DagRepository | undefined;
  /** Hears of each entry that was written. */
  wrote(entry: KubeObject): void;
  now(): Date;
  log: { warn(fields: object, message: string): void };
}

/** Later than this after its beginning, no removal waits for its last word to be taken. */
const PATIENCE_MS = 600_000;

/** Puts what is still to be said into the outbox, before the Preview goes: as far as that can be, for no removal hangs on a message for ever. */
export const createQueueRemovalNotice =
  ({ cluster, repositoryOf, wrote, now, log }: Deps) =>
  async (preview: Preview): Promise<void> => {
    const entry = removalNotice(preview, repositoryOf(preview), now());
    if (!entry) return;
    try {
      wrote(await cluster.create(outboxConfigMap(entry), { fieldManager: owner.notifier }));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'AlreadyExists') return;
      const removedForMs = now().getTime() - Date.parse(preview.metadata.deletionTimestamp ?? '');
      if (code !== 'NamespaceGone' && !(removedForMs > PATIENCE_MS))
        throw new Error(`The outbox entry for Slack was not written: ${textOf(error)}`, { cause: error });
      log.warn(
        { ...aboutPreview(preview), code, why: textOf(error) },
        'notify: no outbox entry could be written; Slack does not learn that the preview was removed',
      );
    }
  };
