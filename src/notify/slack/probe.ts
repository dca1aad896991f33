import { textOf } from '../../model/problem.ts';
import { openClient } from './client.ts';
import { slackCode, toNotifyError } from './errors.ts';
import type { ReadSecret } from '../../model/secret-use.ts';
import type { Probed } from '../api.ts';
import type { ClientOptions } from './client.ts';
import type { Target } from './target.ts';

/** The bot may not read the channel, which says nothing about writing. */
const CANNOT_TELL = new Set([
  'missing_scope',
  'method_not_supported_for_channel_type',
  'not_allowed_token_type',
]);

/** Whether Slack takes the Secret's token and shows the channel to it. Nothing is written. */
export async function probe(
  { channel, secretName, namespace }: Target & { namespace: string },
  readSecret: ReadSecret,
  options: ClientOptions,
): Promise<Probed> {
  const secret = await readSecret({ namespace, name: secretName, use: 'slack' });
  if (!secret)
    return wrong(`Secret ${secretName} does not exist`, 'Create it in the DagRepository’s namespace.');
  const token = secret['token']?.trim();
  if (!token)
    return wrong(`Secret ${secretName} lacks the key token`, 'Set it to the Slack app’s bot token.');
  try {
    return (await isShown(token, channel, options))
      ? { level: 'well', what: `Slack accepts the token and knows channel ${channel}` }
      : {
          level: 'unknown',
          what: `Slack accepts the token; the first message shows whether it can write to ${channel}`,
        };
  } catch (error) {
    return wrong(textOf(toNotifyError(error, channel)));
  }
}

/** False where that cannot be told; throws if Slack refuses the token, or the channel to it. */
async function isShown(token: string, channel: string, options: ClientOptions): Promise<boolean> {
  const client = openClient(token, options);
  await client.auth.test();
  // Reading takes a channel's id; a name can only be posted to.
  if (!/^[CDG][A-Z0-9]{5,}$/.test(channel)) return false;
  try {
    await client.conversations.history({ channel, limit: 1 });
    return true;
  } catch (error) {
    if (CANNOT_TELL.has(slackCode(error) ?? '')) return false;
    throw error;
  }
}

const wrong = (what: string, todo?: string): Probed => ({ level: 'wrong', what, ...(todo && { todo }) });
