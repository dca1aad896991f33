import type { WebClient } from '@slack/web-api';
import type { Announcement, Channel, Posted } from '../api.ts';
import { Memory } from '../memory.ts';
import { openClient, type ClientOptions } from './client.ts';
import { slackCode, toNotifyError } from './errors.ts';
import { findMessage } from './find-message.ts';
import { messageOf } from './message.ts';

/** The message is not there any more, or not ours to change: a new one takes its place. */
const NOT_UPDATABLE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'invalid_ts',
]);

/** The Slack channel: chat.postMessage once per preview, chat.update from then on. */
export function createSlack(options: ClientOptions): Channel {
  const clients = new Memory<WebClient>(50);

  function clientFor(token: string): WebClient {
    const client = clients.get(token) ?? openClient(token, options);
    clients.set(token, client);
    return client;
  }

  return {
    async say(to, announcement, previous, key) {
      const client = clientFor(to.token);
      try {
        return await sayWith(client, to.channel, announcement, previous, key);
      } catch (error) {
        throw toNotifyError(error, to.channel);
      }
    },
  };
}

async function sayWith(
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

const EVENT_TYPE = 'offshoot_preview';

/** Slack answers with ids; where a name is configured the two cannot be compared, and the message stays where it is. */
const sameChannel = (posted: string, configured: string) =>
  posted === configured || !/^[CDG][A-Z0-9]{5,}$/.test(configured);
