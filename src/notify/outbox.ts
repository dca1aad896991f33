import { z } from 'zod';
import { label } from '../model/labels.ts';
import { whyUnreadable } from '../model/unreadable.ts';
import { announcementStates } from './api.ts';
import { noticeOf } from './notes.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { Channel, OutboxEntry } from './api.ts';

/**
 * What a channel has yet to tell when this preview is gone; undefined where nobody is to be told: no target, or nothing was ever told
 * because the branch was never seen.
 */
export function removalNotice(
  channel: Channel,
  preview: Preview,
  repository: DagRepository | undefined,
  now: Date,
): OutboxEntry | undefined {
  const to = repository && channel.target(repository);
  const { uid, namespace } = preview.metadata;
  if (!to || !uid || !namespace) return undefined;
  const place = noticeOf(channel, preview)?.place;
  if (!place && !preview.status?.branch?.head) return undefined;
  const head = preview.status?.branch?.head;
  return {
    name: entryName(channel.name, uid),
    namespace,
    uid: '',
    channel: channel.name,
    createdAt: now.toISOString(),
    previewUid: uid,
    announcement: {
      state: 'removed',
      repository: preview.spec.repositoryRef.name,
      branch: preview.spec.branch,
      ...(head && { head }),
    },
    to,
    ...(place && { place }),
  };
}

export const entryName = (channel: string, previewUid: string) => `offshoot-outbox-${channel}-${previewUid}`;

/** The entry as a ConfigMap. It does not carry the preview's uid label: it must outlive the preview's pruning. */
export function outboxConfigMap({ name, namespace, channel, uid: _, ...content }: OutboxEntry): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { [label.managedBy]: 'offshoot', [label.outbox]: channel } },
    data: { entry: JSON.stringify(content) },
  };
}

const contentFor = ({ to, place }: Channel) =>
  z.object({
    createdAt: z.iso.datetime(),
    previewUid: z.guid(),
    announcement: z.object({
      state: z.enum(announcementStates),
      repository: z.string(),
      branch: z.string(),
      url: z.string().exactOptional(),
      head: z.string().exactOptional(),
      commit: z.string().exactOptional(),
      author: z.string().exactOptional(),
      reason: z.string().exactOptional(),
      message: z.string().exactOptional(),
    }),
    to,
    place: z.exactOptional(place),
  });

/** A ConfigMap read back, or why it is no outbox entry. */
export function parseOutbox(
  configMap: KubeObject,
  channels: readonly Channel[],
): { ok: true; entry: OutboxEntry } | { ok: false; message: string } {
  const { name, namespace = '', uid = '', labels } = configMap.metadata;
  const channel = channels.find((one) => one.name === labels?.[label.outbox]);
  if (!channel) return refused('its label names no channel');
  const text = (configMap['data'] as Record<string, unknown> | undefined)?.['entry'];
  const read = contentFor(channel).safeParse(typeof text === 'string' ? parsed(text) : undefined);
  if (!read.success) return refused(whyUnreadable(read.error));
  if (name !== entryName(channel.name, read.data.previewUid))
    return refused('its name does not match its preview');
  return { ok: true, entry: { name, namespace, uid, channel: channel.name, ...read.data } };

  function refused(why: string) {
    return { ok: false as const, message: `ConfigMap ${namespace}/${name} is not an outbox entry: ${why}` };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
