import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../listen.ts';
import type { SlackMessage } from './message.ts';
import { showContent } from './show.ts';
import { SlackWebApi, type SlackAnswer } from './web-api.ts';

export interface SlackOptions {
  readonly token: string;
  /** Ids to names. */
  readonly channels: ReadonlyMap<string, string>;
  readonly host?: string;
  readonly port?: number;
  /** Hears of each message as it appears or changes. */
  readonly onMessage?: (channelName: string, text: string) => void;
}

/** How the stand-in behaves until told otherwise; `status` answers every call with that and nothing else. */
export interface SlackMood {
  readonly delayMs?: number;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** Slack's own way to say no: 200, and this code. */
  readonly error?: string;
}

export interface Slack {
  /** What a client takes as its `slackApiUrl`. */
  readonly apiUrl: string;
  behave(mood: SlackMood): void;
  messages(channel: string): readonly SlackMessage[];
  /** The channel as a reader sees it, oldest first. */
  show(channel: string): string;
  /** Methods called so far, answered well or not, in order. */
  readonly calls: readonly string[];
  readonly stop: () => Promise<void>;
}

/** A local stand-in for Slack's Web API. It keeps its messages in memory and can be slow, broken or rate-limiting. */
export async function startSlack(options: SlackOptions): Promise<Slack> {
  const api = new SlackWebApi(options.token, options.channels);
  const calls: string[] = [];
  let mood: SlackMood = {};

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = new URL(request.url ?? '/', 'http://slack.invalid').pathname.replace(/^\/api\//, '');
    const fields = readFields(request.headers['content-type'] ?? '', await text(request));
    calls.push(method);
    const { delayMs = 0, status, retryAfterSeconds, error } = mood;
    if (delayMs > 0) await sleep(delayMs);
    if (status !== undefined) {
      if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
      response.writeHead(status).end();
      return;
    }
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const answered: SlackAnswer = error
      ? { ok: false, error }
      : api.answer(method, bearer ?? fields.get('token'), fields);
    if (answered.ok && (method === 'chat.postMessage' || method === 'chat.update')) {
      tell(String(answered.channel), String(answered.ts));
    }
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(answered));
  };

  const tell = (channel: string, ts: string): void => {
    const message = api.messages(channel).find((one) => one.ts === ts);
    if (message === undefined) return;
    options.onMessage?.(options.channels.get(channel) ?? channel, showContent(message.content));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const listening = await listen(server, options.host ?? '127.0.0.1', options.port ?? 0);
  return {
    apiUrl: `${listening.url}/api/`,
    behave: (wanted) => (mood = wanted),
    messages: (channel) => api.messages(channel),
    show: (channel) => api.messages(channel).map(showMessage).join('\n\n'),
    calls,
    stop: () => listening.stop(),
  };
}

function showMessage({ content, versions }: SlackMessage): string {
  return `offshoot APP${versions.length > 1 ? ' (edited)' : ''}\n${showContent(content)}`;
}

function readFields(contentType: string, body: string): ReadonlyMap<string, string> {
  if (!contentType.startsWith('application/json')) return new Map(new URLSearchParams(body));
  const entries = Object.entries(JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>);
  return new Map(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
