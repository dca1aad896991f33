import { findCondition, withTransitions } from '../model/conditions.ts';
import { owner } from '../model/labels.ts';
import { codeOf } from '../model/problem.ts';
import { createReadYourWrites } from '../model/read-your-writes.ts';
import { sameJson } from '../model/same-json.ts';
import { patchOf } from '../model/status-patch.ts';
import type { Cluster } from '../cluster/api.ts';
import type { Condition } from '../model/conditions.ts';
import type { Preview } from '../model/preview.ts';
import type { Channel, Notice, Trouble } from './api.ts';

interface Deps {
  cluster: Pick<Cluster, 'apply'>;
  now(): Date;
}

/**
 * The notifier's part of a Preview's status: where each channel's message is, and the condition `Notified` while one cannot be sent. The
 * part has one owner, and an apply takes away what it leaves out: so each write holds what the other channels have to say as well. If two
 * cross, the next event shows whose word was lost, and it is written again.
 */
export function createNotes({ cluster, now }: Deps) {
  const written = createReadYourWrites<Preview>();
  /** By Preview, then by channel. */
  const troubles = new Map<string, Map<string, Trouble>>();
  const uidOf = ({ metadata }: Preview) => metadata.uid ?? '';

  function notified(preview: Preview): Condition | undefined {
    const all = [...(troubles.get(uidOf(preview))?.values() ?? [])];
    const [first] = all;
    if (!first) return undefined;
    const message = all
      .map((one) => one.message)
      .join(' ')
      .slice(0, 1_000);
    const condition: Condition = { type: 'Notified', status: 'False', reason: first.reason, message };
    return withTransitions([condition], preview.status?.conditions, now())[0];
  }

  return {
    /** The newest that is known of a Preview. */
    newest: written.of,
    setTrouble(preview: Preview, channel: string, trouble: Trouble | undefined) {
      const its = troubles.get(uidOf(preview)) ?? new Map<string, Trouble>();
      if (trouble) troubles.set(uidOf(preview), its.set(channel, trouble));
      else if (its.delete(channel) && its.size === 0) troubles.delete(uidOf(preview));
    },
    /** Writes what is not in the status yet. A Preview that is gone is fine: the outbox speaks for it. */
    async save(preview: Preview, channel: string, notice: Notice | undefined): Promise<void> {
      const { notices, conditions } = preview.status ?? {};
      const next = { ...notices, ...(notice && { [channel]: { ...notice.place, hash: notice.hash } }) };
      const condition = notified(preview);
      if (sameJson(next, notices ?? {}) && sameJson(condition, findCondition(conditions, 'Notified'))) return;
      const status = {
        ...(Object.keys(next).length > 0 && { notices: next }),
        ...(condition && { conditions: [condition] }),
      };
      try {
        const options = { fieldManager: owner.notifier, force: true, subresource: 'status' } as const;
        written.remember(await cluster.apply(patchOf(preview, status) as Preview, options));
      } catch (error) {
        const code = codeOf(error);
        if (code !== 'NotFound' && code !== 'Conflict') throw error;
      }
    },
    forget(uid: string) {
      written.forget(uid);
      troubles.delete(uid);
    },
  };
}

export type Notes = ReturnType<typeof createNotes>;

/** What `status.notices` holds of a channel, if it can be read. */
export function noticeOf({ name, place }: Channel, preview: Preview): Notice | undefined {
  const noted = (preview.status?.notices as Record<string, { hash?: unknown } | undefined> | undefined)?.[
    name
  ];
  const read = place.safeParse(noted);
  return read.success && typeof noted?.hash === 'string' ? { place: read.data, hash: noted.hash } : undefined;
}
