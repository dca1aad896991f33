import { slackCode } from './errors.ts';
import { findMessage } from './find-message.ts';
import { messageOf } from './message.ts';
import type { WebClient } from '@slack/web-api';
import type { Announcement } from '../api.ts';
import type { Posted } from './target.ts';

const EVENT_TYPE = 'offshoot_preview';

/** The message is not there any more, or not ours to change: a new one takes its place. */
const NOT_UPDATABLE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'invalid_ts',
]);

/** chat.postMessage once per preview, chat.update from then on. */
export async function sendMessage(
  client: WebClient,
  channel: string,
  announcement: Announcement,
  previous: Posted | undefined,
  key: string,
): Promise<Posted> {
  const message = {
    ...messageOf(announcement),
    metadata: { event_type: EVENT_TYPE, event_payload: { uid: key } },
    link_names: false,
    parse: 'none' as const,
  };
  const lost: string[] = [];
  const update = async (posted: Posted): Promise<Posted | undefined> => {
    try {
      await client.chat.update({ ...posted, ...message });
      return posted;
    } catch (error) {
      if (!NOT_UPDATABLE.has(slackCode(error) ?? '')) throw error;
      lost.push(posted.ts);
      return undefined;
    }
  };

  const updated = previous && sameChannel(previous.channel, channel) && (await update(previous));
  if (updated) return updated;
  // A post whose answer was lost, or that was not noted before a crash, is there all the same.
  const found = await findMessage(client, channel, { type: EVENT_TYPE, uid: key }, lost);
  const reused = found && (await update(found));
  if (reused) return reused;
  const answer = await client.chat.postMessage({
    channel,
    ...message,
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  });
  return { channel: answer.channel ?? channel, ts: answer.ts ?? '' };
}

/** Slack answers with ids; where a name is configured the two cannot be compared, and the message stays where it is. */
const sameChannel = (posted: string, configured: string) =>
  posted === configured || !/^[CDG][A-Z0-9]{5,}$/.test(configured);
