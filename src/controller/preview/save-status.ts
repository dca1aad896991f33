import { findCondition } from '../../model/conditions.ts';
import { kinds } from '../../model/kinds.ts';
import { API_VERSION, owner } from '../../model/labels.ts';
import { aboutPreview } from '../../model/preview.ts';
import { codeOf, textOf } from '../../model/problem.ts';
import { isFailure, rowOf } from '../../model/reasons.ts';
import { sameJson } from '../../model/same-json.ts';
import { patchOf } from '../../model/status-patch.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { Preview, PreviewStatus } from '../../model/preview.ts';

interface Deps {
  cluster: Pick<Cluster, 'apply' | 'create'>;
  now(): Date;
  log: Record<'info' | 'warn', (fields: object, message: string) => void>;
}

/** The one exit for what the controller says of a Preview: nothing new, no write. */
export const createSaveStatus =
  ({ cluster, now, log }: Deps) =>
  async (preview: Preview, status: PreviewStatus): Promise<void> => {
    const { observedGeneration, conditions, namespace, commit, repositoryGeneration, rendering } =
      preview.status ?? {};
    const before = {
      observedGeneration,
      // Of the conditions one is the notifier's.
      conditions: conditions?.filter(({ type }) => type !== 'Notified'),
      namespace,
      commit,
      repositoryGeneration,
      rendering,
    };
    if (sameJson(status, before)) return;
    await cluster.apply(patchOf(preview, status), {
      fieldManager: owner.controller,
      force: true,
      subresource: 'status',
    });
    const ready = findCondition(status.conditions, 'Ready');
    const was = findCondition(before.conditions, 'Ready');
    if (!ready || ready.reason === was?.reason) return;
    if (rowOf(ready.reason).kind === 'beginning') return;
    log.info(
      {
        ...aboutPreview(preview),
        reason: ready.reason,
        why: ready.message,
      },
      'preview state',
    );
    await cluster
      .create(eventOf(preview, ready, now()), { fieldManager: owner.controller })
      .catch((error: unknown) => {
        // The status is saved, and says the same: an Event that is refused is no reason to do anything again.
        if (codeOf(error) !== 'NamespaceGone')
          log.warn({ ...aboutPreview(preview), why: textOf(error) }, 'the Event was not written');
      });
  };

function eventOf(preview: Preview, { reason, message }: { reason: string; message: string }, now: Date) {
  const { name, namespace = '', uid, resourceVersion } = preview.metadata;
  const at = now.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${now.getTime().toString(16)}`, namespace },
    involvedObject: {
      apiVersion: API_VERSION,
      kind: kinds.Preview.kind,
      namespace,
      name,
      uid,
      resourceVersion,
    },
    reason,
    message: message.slice(0, 1_000),
    type: isFailure(reason) ? 'Warning' : 'Normal',
    source: { component: 'offshoot' },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
