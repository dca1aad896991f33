import { z } from 'zod';
import type { DagRepository } from '../model/dag-repository.ts';
import { label } from '../model/labels.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import { whyUnreadable } from '../model/unreadable.ts';
import { announcementStates } from './api.ts';
import type { OutboxEntry } from './api.ts';

/** An entry that nobody could deliver for so long is dropped. */
export const OUTBOX_HOURS = 24;

/**
 * What is left to say when this preview is gone; undefined where nobody is to be told: no channel, or nothing was ever said
 * because the branch was never seen.
 */
export function removalNotice(
  preview: Preview,
  repository: DagRepository | undefined,
  now: Date,
): OutboxEntry | undefined {
  const slack = repository?.spec.notify.slack;
  const { uid, namespace } = preview.metadata;
  if (!slack || !uid || !namespace) return undefined;
  const { channel, ts } = preview.status?.notices?.slack ?? {};
  if (!ts && !preview.status?.branch?.head) return undefined;
  return {
    name: nameFor(uid),
    namespace,
    uid: '',
    createdAt: now.toISOString(),
    previewUid: uid,
    announcement: {
      state: 'removed',
      repository: preview.spec.repositoryRef.name,
      branch: preview.spec.branch,
    },
    ...(channel && ts && { posted: { channel, ts } }),
    slack: { channel: slack.channel, secretName: slack.secretRef.name },
  };
}

const nameFor = (previewUid: string) => `offshoot-outbox-${previewUid}`;

/** The entry as a ConfigMap. It does not carry the preview's uid label: it must outlive the preview's pruning. */
export function outboxConfigMap(entry: OutboxEntry): KubeObject {
  const { name, namespace, createdAt, previewUid, announcement, posted, slack } = entry;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { [label.managedBy]: 'offshoot', [label.outbox]: 'slack' } },
    data: { entry: JSON.stringify({ createdAt, previewUid, announcement, posted, slack }) },
  };
}

const place = z.object({ channel: z.string().min(1), ts: z.string().min(1) });
const content = z.object({
  createdAt: z.iso.datetime(),
  previewUid: z.guid(),
  announcement: z.object({
    state: z.enum(announcementStates),
    repository: z.string(),
    branch: z.string(),
    url: z.string().exactOptional(),
    commit: z.string().exactOptional(),
    author: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    message: z.string().exactOptional(),
  }),
  posted: place.exactOptional(),
  slack: z.object({ channel: z.string().min(1), secretName: z.string().min(1) }),
});

/** A ConfigMap read back, or why it is no outbox entry. */
export function parseOutbox(
  configMap: KubeObject,
): { ok: true; entry: OutboxEntry } | { ok: false; message: string } {
  const { name, namespace = '', uid = '' } = configMap.metadata;
  const text = (configMap['data'] as Record<string, unknown> | undefined)?.['entry'];
  const read = content.safeParse(typeof text === 'string' ? parsed(text) : undefined);
  if (!read.success) return refused(whyUnreadable(read.error));
  if (name !== nameFor(read.data.previewUid)) return refused('its name is not that of its preview’s entry');
  return { ok: true, entry: { name, namespace, uid, ...read.data } };

  function refused(why: string) {
    return { ok: false as const, message: `ConfigMap ${namespace}/${name} is no outbox entry: ${why}` };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
