import { LRUCache } from 'lru-cache';
import { NotifyError } from '../notify-error.ts';
import { openClient } from './client.ts';
import { conditionOf, toNotifyError } from './errors.ts';
import { probe } from './probe.ts';
import { sendMessage } from './send-message.ts';
import { posted, target } from './target.ts';
import type { WebClient } from '@slack/web-api';
import type { ReadSecret } from '../../model/secret-use.ts';
import type { Channel } from '../api.ts';
import type { ClientOptions } from './client.ts';
import type { Posted, Target } from './target.ts';

export interface SlackOptions extends ClientOptions {
  readSecret: ReadSecret;
}

/** Slack's limit for one channel. */
const EVERY_MS = 1_000;

/** Slack: one message per preview, updated in place. */
export function createSlack({ readSecret, ...options }: SlackOptions): Channel<Target, Posted> {
  const clients = new LRUCache<string, WebClient>({ max: 50 });

  function clientFor(token: string): WebClient {
    const client = clients.get(token) ?? openClient(token, options);
    clients.set(token, client);
    return client;
  }

  async function tokenOf(namespace: string, secretName: string): Promise<string> {
    const secret = await readSecret({ namespace, name: secretName, use: 'slack' });
    const token = secret?.['token']?.trim();
    if (token) return token;
    throw new NotifyError(
      'Unauthorized',
      `Secret ${namespace}/${secretName} does not exist or has no key "token"; set it to the Slack bot token`,
    );
  }

  return {
    name: 'slack',
    title: 'Slack',
    to: target,
    place: posted,
    target({ spec: { notify } }) {
      return notify.slack && { channel: notify.slack.channel, secretName: notify.slack.secretRef.name };
    },
    // A message belongs to the life of a preview, whatever is pushed meanwhile.
    shown: ({ head: _, ...shown }) => shown,
    pace: ({ channel }) => ({ key: channel, everyMs: EVERY_MS }),
    async open({ channel, secretName }, namespace) {
      const client = clientFor(await tokenOf(namespace, secretName));
      return {
        async tell(what, at, key) {
          try {
            return await sendMessage(client, channel, what, at, key);
          } catch (error) {
            throw toNotifyError(error, channel);
          }
        },
      };
    },
    conditionOf,
    probe: ({ channel, secretName }, namespace) =>
      probe({ channel, secretName, namespace }, readSecret, options),
  };
}
