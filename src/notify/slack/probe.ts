import { openClient, type ClientOptions } from './client.ts';
import { slackCode, toNotifyError } from './errors.ts';

/** The bot may not read the channel, which says nothing about writing. */
const CANNOT_TELL = new Set([
  'missing_scope',
  'method_not_supported_for_channel_type',
  'not_allowed_token_type',
]);

/** Whether Slack takes a token and shows the channel to it, without writing anything; throws a NotifyError if not. */
export async function probeSlack(
  token: string,
  channel: string,
  options: ClientOptions,
): Promise<'reached' | 'cannot tell'> {
  const client = openClient(token, options);
  try {
    await client.auth.test();
  } catch (error) {
    throw toNotifyError(error, channel);
  }
  // Reading takes a channel's id; a name can only be posted to.
  if (!/^[CDG][A-Z0-9]{5,}$/.test(channel)) return 'cannot tell';
  try {
    await client.conversations.history({ channel, limit: 1 });
    return 'reached';
  } catch (error) {
    if (CANNOT_TELL.has(slackCode(error) ?? '')) return 'cannot tell';
    throw toNotifyError(error, channel);
  }
}
