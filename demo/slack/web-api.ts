import { contentOf, type SlackMessage } from './message.ts';

/** What a call of Slack's Web API is answered: always HTTP 200, errors are told by `ok`. */
export type SlackAnswer =
  { readonly ok: true; readonly [field: string]: unknown } | { readonly ok: false; readonly error: string };

/** The part of Slack's Web API that a bot which keeps messages needs, on channels in memory. */
export class SlackWebApi {
  readonly #token: string;
  readonly #channels: ReadonlyMap<string, string>;
  readonly #messages: SlackMessage[] = [];
  #lastTs = 0;

  /** `channels` maps a channel's id to its name. */
  constructor(token: string, channels: ReadonlyMap<string, string>) {
    this.#token = token;
    this.#channels = channels;
  }

  messages(channel: string): readonly SlackMessage[] {
    return this.#messages.filter((message) => message.channel === channel);
  }

  answer(method: string, token: string | undefined, fields: ReadonlyMap<string, string>): SlackAnswer {
    if (token === undefined) return { ok: false, error: 'not_authed' };
    if (token !== this.#token) return { ok: false, error: 'invalid_auth' };
    if (method === 'api.test') return { ok: true };
    if (method === 'auth.test') {
      return {
        ok: true,
        url: 'https://demo.slack.com/',
        team: 'Demo',
        user: 'offshoot',
        team_id: 'T0DEMO',
        user_id: 'U0BOT',
        bot_id: 'B0BOT',
      };
    }
    if (method === 'conversations.list') {
      return {
        ok: true,
        channels: [...this.#channels].map(([id, name]) => ({ id, name, is_channel: true, is_member: true })),
      };
    }
    const channel = this.#channel(fields.get('channel') ?? '');
    if (channel === undefined) return { ok: false, error: 'channel_not_found' };
    if (method === 'chat.postMessage') return this.#post(channel, fields);
    if (method === 'chat.update') return this.#update(channel, fields);
    if (method === 'chat.delete') return this.#delete(channel, fields);
    if (method === 'conversations.history') return this.#history(channel, fields);
    if (method === 'conversations.info')
      return { ok: true, channel: { id: channel, name: this.#channels.get(channel), is_member: true } };
    return { ok: false, error: 'unknown_method' };
  }

  #channel(asked: string): string | undefined {
    if (this.#channels.has(asked)) return asked;
    return [...this.#channels].find(([, name]) => asked === name || asked === `#${name}`)?.[0];
  }

  #post(channel: string, fields: ReadonlyMap<string, string>): SlackAnswer {
    const content = contentOf(fields);
    if (content.text === '' && content.blocks.length + content.attachments.length === 0)
      return { ok: false, error: 'no_text' };
    // A ts is the message's identity: seconds with six decimals, never the same twice in a channel.
    this.#lastTs = Math.max(Date.now() * 1000, this.#lastTs + 1);
    const ts = `${Math.floor(this.#lastTs / 1e6)}.${String(this.#lastTs % 1e6).padStart(6, '0')}`;
    this.#messages.push({ channel, ts, content, versions: [content] });
    return { ok: true, channel, ts, message: shown(this.#messages.at(-1)!) };
  }

  #update(channel: string, fields: ReadonlyMap<string, string>): SlackAnswer {
    const at = this.#find(channel, fields);
    const old = this.#messages[at];
    if (old === undefined) return { ok: false, error: 'message_not_found' };
    const given = contentOf(fields);
    // As Slack: metadata stays when an update does not mention it.
    const content = fields.has('metadata') ? given : { ...given, metadata: old.content.metadata };
    this.#messages[at] = { ...old, content, versions: [...old.versions, content] };
    return { ok: true, channel, ts: old.ts, text: content.text, message: shown(this.#messages[at]) };
  }

  #delete(channel: string, fields: ReadonlyMap<string, string>): SlackAnswer {
    const at = this.#find(channel, fields);
    if (at < 0) return { ok: false, error: 'message_not_found' };
    const [gone] = this.#messages.splice(at, 1);
    return { ok: true, channel, ts: gone?.ts };
  }

  #history(channel: string, fields: ReadonlyMap<string, string>): SlackAnswer {
    const limit = Number(fields.get('limit') ?? 100);
    const newestFirst = this.messages(channel).toReversed().slice(0, limit);
    return { ok: true, messages: newestFirst.map(shown), has_more: false };
  }

  #find(channel: string, fields: ReadonlyMap<string, string>): number {
    return this.#messages.findIndex(
      (message) => message.channel === channel && message.ts === fields.get('ts'),
    );
  }
}

function shown({ ts, content, versions }: SlackMessage): object {
  const { text, blocks, attachments, metadata } = content;
  const edited = versions.length > 1 ? { edited: { user: 'U0BOT', ts } } : {};
  return {
    type: 'message',
    user: 'U0BOT',
    bot_id: 'B0BOT',
    ts,
    text,
    blocks,
    attachments,
    ...(metadata === null ? {} : { metadata }),
    ...edited,
  };
}
