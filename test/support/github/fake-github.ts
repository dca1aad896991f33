import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen, type Listening } from '../../../demo/listen.ts';
import { Quota } from './quota.ts';
import { answer, BAD_CREDENTIALS, type Answer, type Asked } from './routes.ts';
import { State } from './state.ts';

/** What a test makes of a request instead of GitHub: an answer of its own, silence, or a broken connection. */
export type Fate = Answer | 'silence' | 'cut';

const BASE = '/api/v3';

/**
 * A GitHub Enterprise on loopback: pages with Link, ETags that depend on the token, 304 that costs nothing of the quota, rate limits,
 * redirects of renamed repositories, 404 for what a credential may not see, Apps with real signatures, tokens that expire.
 */
export class FakeGithub extends State {
  readonly quota: Quota;
  /** `GET /repos/acme/dags 304`, in order. */
  readonly requests: string[] = [];
  /** Decides about a request before GitHub does. */
  intercept: (asked: Asked) => Fate | undefined | Promise<Fate | undefined> = () => undefined;
  readonly #now: () => number;
  #listening!: Listening;

  private constructor(now: () => number) {
    super();
    this.#now = now;
    this.quota = new Quota(now);
  }

  static async start(now: () => number = Date.now): Promise<FakeGithub> {
    const github = new FakeGithub(now);
    const server = createServer((request, response) => {
      github.#serve(request, response).catch(() => response.destroy());
    });
    github.#listening = await listen(server, '127.0.0.1', 0);
    return github;
  }

  get apiUrl(): string {
    return `${this.#listening.url}${BASE}`;
  }

  stop(): Promise<void> {
    return this.#listening.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#listening.url);
    const [scheme = '', secret = ''] = (request.headers.authorization ?? '').split(' ');
    const body = await text(request);
    const token = this.tokens.get(secret);
    const asked: Asked = {
      method: request.method ?? 'GET',
      url,
      segments: url.pathname
        .slice(BASE.length + 1)
        .split('/')
        .flatMap((one) => decodeURIComponent(one).split('/')),
      body: body ? (JSON.parse(body) as Record<string, unknown>) : {},
      token,
      jwt: scheme === 'bearer' ? secret : undefined,
    };
    const who = token?.who ?? asked.jwt ?? 'anonymous';
    const finish = (status: number, sent: unknown, headers: Record<string, string> = {}) => {
      this.requests.push(`${asked.method} ${url.pathname.slice(BASE.length)}${url.search} ${status}`);
      const quota = asked.jwt ? {} : this.quota.headers(who);
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...quota, ...headers });
      response.end(sent === undefined ? undefined : JSON.stringify(sent));
    };

    const fate = await this.intercept(asked);
    if (fate === 'silence') return;
    if (fate === 'cut') return void response.destroy();
    if (fate) return finish(fate.status, fate.body, fate.headers);
    const expired = token && token.expiresAt <= this.#now();
    if (secret && !asked.jwt && (!token || expired))
      return finish(BAD_CREDENTIALS.status, BAD_CREDENTIALS.body);
    if (this.quota.isUsedUp(who)) return finish(403, { message: `API rate limit exceeded for ${who}.` });
    const given = answer(this, asked, this.apiUrl, this.#now());
    // GitHub's ETags differ from token to token.
    const etag = `W/"${createHash('sha256')
      .update(JSON.stringify([given.body, secret]))
      .digest('hex')}"`;
    if (given.status === 200 && request.headers['if-none-match'] === etag) {
      if (!token) this.quota.spend(who);
      return finish(304, undefined, { etag });
    }
    if (!asked.jwt) this.quota.spend(who);
    finish(given.status, given.body, { ...given.headers, ...(given.status === 200 && { etag }) });
  }
}
