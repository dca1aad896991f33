import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { Problem } from '../../model/problem.ts';
import { refuseForbidden } from '../refuse-forbidden.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { problemOf, quietFor } from './problem-of.ts';

export interface Reply {
  status: number;
  data: unknown;
  headers: Record<string, string | number | undefined>;
}

/** One request to GitHub. Redirects, 304 and 404 are answers; all other failures are Problems. */
export type Send = (route: string, parameters?: Record<string, unknown>) => Promise<Reply>;

interface Options {
  apiUrl: string;
  /** Requests of one id wait for each other; a host that hangs must not hold up the others. */
  id: string;
  /** How to say who asked for what: `acme/dags, as App 7`. */
  about: string;
  /** Octokit's own way to sign requests; without it, what a request's own headers say. */
  auth?: { authStrategy: unknown; auth: unknown };
  now(): number;
  monotonic(): number;
  timeoutMs: number;
}

/** A secondary limit as short as this is waited for at once, once. */
const SHORT_S = 2;
/** Clocks are corrected by less all the time. */
const SET_BACK_MS = 100;
const ANSWERS = new Set([301, 302, 304, 307, 308, 404]);

const Client = Octokit.plugin(noRetryAgainstItsWill, throttling, retry);

/** The retry plugin knows no Retry-After: whoever sends one is left alone, and the queue waits. */
function noRetryAgainstItsWill({ hook }: Pick<Octokit, 'hook'>) {
  hook.error('request', (error, options) => {
    if ('response' in error && error.response?.headers['retry-after'])
      options.request = Object.assign(options.request ?? {}, { retries: 0 });
    throw error;
  });
  return {};
}

export function createRequest({ apiUrl, id, about, auth, now, monotonic, timeoutMs }: Options): Send {
  const clientFor = (limiter: string) =>
    new Client({
      baseUrl: apiUrl,
      userAgent: 'offshoot',
      log: { debug: silent, info: silent, warn: silent, error: silent },
      throttle: {
        id: limiter,
        onRateLimit: () => false,
        onSecondaryRateLimit: (seconds, _options, _octokit, count) => seconds <= SHORT_S && count === 0,
      },
      retry: {
        retries: 2,
        retryAfterBaseValue: 500,
        doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451],
      },
      ...auth,
    });
  let octokit = clientFor(id);
  let ahead = Date.now() - performance.now();
  let quietUntil = 0;

  /** The limiter reckons by the wall clock: one that is set back an hour would hold every request for that hour. */
  function client() {
    const was = ahead;
    ahead = Date.now() - performance.now();
    if (was - ahead > SET_BACK_MS) octokit = clientFor(`${id} ${ahead}`);
    return octokit;
  }

  return async (route, parameters = {}) => {
    // Whatever wakes us meanwhile: who wants to be left alone is left alone.
    if (monotonic() < quietUntil) throw limited(about, quietUntil - monotonic(), now());
    await refuseForbidden(new URL(apiUrl).hostname.replace(/^\[|\]$/g, ''));
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const reply: Reply = await client().request(route, {
        ...parameters,
        request: { signal, redirect: 'manual', fetch: boundedFetch },
      });
      // Octokit gives what came of a body that was broken off.
      if (signal.aborted) throw problemOf({}, about, timeoutMs);
      return reply;
    } catch (error) {
      if (error instanceof Problem) throw error;
      const { status = 0, response } = error as { status?: number; response?: Reply };
      if (response && ANSWERS.has(status)) return { status, data: response.data, headers: response.headers };
      const quietMs = quietFor(error, now());
      if (quietMs === undefined) throw problemOf(error, about, signal.aborted ? timeoutMs : undefined);
      quietUntil = monotonic() + quietMs;
      throw limited(about, quietMs, now(), error);
    }
  };
}

const limited = (about: string, ms: number, now: number, cause?: unknown) =>
  new Problem(
    'RateLimited',
    `GitHub accepts no more requests for ${about} until ${new Date(now + ms).toISOString().slice(11, 19)} UTC (rate limit). Offshoot retries then; no action is needed.`,
    { cause, retryAfterMs: ms },
  );

const silent = () => undefined;
