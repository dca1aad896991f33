import type { Logger } from 'pino';
import type { Condition } from '../model/conditions.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import type { ReadSecret } from '../model/secret-use.ts';

export const announcementStates = ['queued', 'preparing', 'ready', 'failed', 'suspended', 'removed'] as const;

/** What is to be said about one preview. */
export interface Announcement {
  state: (typeof announcementStates)[number];
  repository: string;
  branch: string;
  url?: string;
  commit?: string;
  author?: string;
  reason?: string;
  message?: string;
}

/** Where a message is. */
export interface Posted {
  channel: string;
  ts: string;
}

/** What `status.notices.slack` remembers: where the message is and which content it has. */
export interface Notice extends Posted {
  hash: string;
}

/** The notifier's part of a Preview's status: where its message is, and why there is none or an old one. */
export interface NotifierStatus {
  notices?: { slack: Notice };
  /** `Notified`, only while something is wrong. */
  conditions?: Condition[];
}

export interface Channel {
  /**
   * Puts the announcement into the message `previous`, or into a new one where there is none (any more), and says where it is.
   * `key` is the Preview's uid: a message lost between being posted and being noted is found again by it. Throws NotifyError.
   */
  say(
    to: { token: string; channel: string },
    announcement: Announcement,
    previous: Posted | undefined,
    key: string,
  ): Promise<Posted>;
}

/** What is still to be said when its Preview is gone. Kept in a ConfigMap beside the DagRepository, a day at most. */
export interface OutboxEntry {
  name: string;
  namespace: string;
  /** The ConfigMap's uid; empty before it exists. */
  uid: string;
  createdAt: string;
  previewUid: string;
  announcement: Announcement;
  posted?: Posted;
  slack: { channel: string; secretName: string };
}

export interface Outbox {
  /** All entries known now (from a cache) that can be trusted to be Offshoot's own. */
  list(): readonly OutboxEntry[];
  /** Deletes it, pinned to its uid; one that is gone already is fine. */
  remove(entry: OutboxEntry): Promise<void>;
}

export interface NotifierOptions {
  channels: { slack: Channel };
  /** Throws a Problem for a Secret that is not meant for Slack. */
  readSecret: ReadSecret;
  /** Applies all that the notifier owns of a status; a Preview that is gone is fine. */
  saveNotice(preview: Preview, status: NotifierStatus): Promise<void>;
  outbox: Outbox;
  now: () => Date;
  log: Logger;
  /** Between two messages to one channel. Default 1,000 ms, Slack's limit. */
  spacingMs?: number;
  /** Wait after the first failure, doubled with each further one up to the last. Default 1,000 to 300,000 ms. */
  backoffMs?: { first: number; last: number };
}

export interface Notifier {
  /** Looks at a preview; what its channel should say by now is said soon. Returns at once, never throws. */
  consider(preview: Preview, repository: DagRepository): void;
  considerOutbox(entry: OutboxEntry): void;
  /** It is gone from the API: nothing more is said about it, but for the outbox. */
  forget(preview: Preview): void;
  /** Goes through the outbox now, and every minute until `stop`. */
  start(): void;
  /** Ends the waits; resolves when what was being sent has been answered. */
  stop(): Promise<void>;
}
