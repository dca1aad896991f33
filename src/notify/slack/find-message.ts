import { WebAPIHTTPError, WebAPIPlatformError } from '@slack/web-api';
import type { WebClient } from '@slack/web-api';
import type { Posted } from './target.ts';

/**
 * Our message about this uid among the channel's last ones, by its metadata. Undefined also where the bot may not read the
 * channel (no `channels:history`): then a post whose answer was lost may be there twice.
 */
export async function findMessage(
  client: WebClient,
  channel: string,
  wanted: { type: string; uid: string },
  except: readonly string[],
): Promise<Posted | undefined> {
  // Reading takes a channel's id; a configured name can only be posted to.
  if (!/^[CDG][A-Z0-9]{5,}$/.test(channel)) return undefined;
  try {
    const { messages = [] } = await client.conversations.history({
      channel,
      limit: 200,
      include_all_metadata: true,
    });
    const ours = messages.find(
      ({ ts, metadata }) =>
        ts !== undefined &&
        !except.includes(ts) &&
        metadata?.event_type === wanted.type &&
        (metadata.event_payload as Record<string, unknown> | undefined)?.['uid'] === wanted.uid,
    );
    return ours?.ts === undefined ? undefined : { channel, ts: ours.ts };
  } catch (error) {
    const refused = error instanceof WebAPIPlatformError && MAY_NOT_READ.has(String(error.data.error));
    if (refused || (error instanceof WebAPIHTTPError && error.statusCode < 500)) return undefined;
    throw error;
  }
}

const MAY_NOT_READ = new Set([
  'missing_scope',
  'not_in_channel',
  'no_permission',
  'unknown_method',
  'method_not_supported_for_channel_type',
  'not_allowed_token_type',
]);
