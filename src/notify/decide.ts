import { announcementOf, contentHash } from './announce.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import type { Announcement, Channel, Notice, OutboxEntry } from './api.ts';

/** An entry that nobody could deliver for so long is dropped. */
export const OUTBOX_HOURS = 24;

/** What this process has told, from the moment that the channel took it: the API hears of it later, and our cache later still. */
export interface Told extends Notice {
  /** It was the preview's removal. */
  over: boolean;
}

/** All that it depends on what one channel has to do about one preview. */
export interface Known {
  channel: Pick<Channel, 'target' | 'shown'>;
  preview: Preview | undefined;
  repository: DagRepository | undefined;
  /** The removal that is to be told. */
  entry: OutboxEntry | undefined;
  told: Told | undefined;
  /** What `status.notices` holds. */
  noted: Notice | undefined;
  now: Date;
}

export type Step =
  | { do: 'nothing' }
  | { do: 'tell'; to: object; what: Announcement; hash: string; at: object | undefined }
  /** Nothing new: what was told last should be noted, and an outbox entry that has served should go. */
  | { do: 'settle' }
  /** Nobody took the outbox entry for a day. */
  | { do: 'give up' };

/** Pure. Level-triggered: what was missed meanwhile is never told, only how things are now. */
export function decide({ channel, preview, repository, entry, told, noted, now }: Known): Step {
  const tell = (to: object, what: Announcement, last: Notice | undefined, at = last?.place): Step => {
    const hash = contentHash(channel.shown(what));
    return last?.hash === hash ? { do: 'settle' } : { do: 'tell', to, what, hash, at };
  };
  if (entry) {
    if (told?.over) return { do: 'settle' };
    const old = now.getTime() - Date.parse(entry.createdAt) > OUTBOX_HOURS * 3_600_000;
    return old ? { do: 'give up' } : tell(entry.to, entry.announcement, told, told?.place ?? entry.place);
  }
  // The cache may be behind: a preview that is over is not brought back.
  if (!preview || told?.over) return { do: 'nothing' };
  const to = repository && channel.target(repository);
  const what = announcementOf(preview);
  // Nothing to be told any more: what could not be sent so far would be untrue by now.
  return to && what ? tell(to, what, told ?? noted) : { do: 'settle' };
}
