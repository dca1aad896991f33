import type { z } from 'zod';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Reason } from '../model/reasons.ts';

export const announcementStates = ['queued', 'preparing', 'ready', 'failed', 'suspended', 'removed'] as const;

/** The state of one preview, as a person is told it. */
export interface Announcement {
  state: (typeof announcementStates)[number];
  repository: string;
  branch: string;
  url?: string;
  /** The commit pushed last: what a channel that speaks of commits speaks of. */
  head?: string;
  /** The commit that the state is about: the one that runs, or of a failure the one pushed last. */
  commit?: string;
  author?: string;
  reason?: string;
  message?: string;
}

/** A channel with the Secret of one target in its hand. */
export interface OpenChannel<Place extends object = object> {
  /**
   * Puts an announcement where the one before it is, or into a new place where there is none (any more), and says where that is. `key` is
   * the Preview's uid: by it a message is found that was sent and never noted.
   */
  tell(what: Announcement, at: Place | undefined, key: string): Promise<Place>;
}

/** One way to tell people about previews. All that is particular to it is in its own folder. */
export interface Channel<To extends object = object, Place extends object = object> {
  /** The key of its target in `spec.notify`, of its place in `status.notices`. */
  readonly name: string;
  /** Its name as people write it. */
  readonly title: string;
  /** The shape of a target: kept in the outbox until a removal is told, when the DagRepository may be gone. */
  readonly to: z.ZodType<To>;
  /** The shape of a place. `hash` is not a field of it: `status.notices` has that beside them. */
  readonly place: z.ZodType<Place>;
  /** Whom it tells about the previews of this DagRepository; undefined: nobody. */
  target(repository: DagRepository): To | undefined;
  /** What it shows of an announcement: it is told again when this has changed. */
  shown(what: Announcement): Partial<Announcement>;
  /** Announcements with the same key are `everyMs` apart. */
  pace(to: To): { key: string; everyMs: number };
  /**
   * Reads its Secret, in that namespace and no other, and throws what is wrong with it before a turn is taken: a target may be shared with
   * teams whose Secrets are right. What it throws, then or while it tells, is a Problem or a NotifyError.
   */
  open(to: To, namespace: string): Promise<OpenChannel<Place>>;
  /** What the condition `Notified` says of an error; undefined: nothing, for it passes by waiting. */
  conditionOf(error: unknown): Trouble | undefined;
  /** What `offshoot doctor` finds out about a target, without telling anybody anything. */
  probe?(to: To, namespace: string): Promise<Probed>;
}

export interface Trouble {
  reason: Reason;
  message: string;
}

export interface Probed {
  level: 'well' | 'wrong' | 'unknown';
  what: string;
  todo?: string;
}

/** What a channel took last: `status.notices` holds it under the channel's name, in one object. */
export interface Notice {
  place: object;
  /** Of the announcement. */
  hash: string;
}

/** A removal that one channel has yet to tell. Kept in a ConfigMap beside the DagRepository, a day at most. */
export interface OutboxEntry {
  name: string;
  namespace: string;
  /** The ConfigMap's uid; empty before it exists. */
  uid: string;
  /** The channel's name. */
  channel: string;
  createdAt: string;
  previewUid: string;
  announcement: Announcement;
  to: object;
  place?: object;
}
