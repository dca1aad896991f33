import { Problem, textOf } from '../../model/problem.ts';

interface HttpError {
  status?: number;
  response?: { headers: Record<string, string | number | undefined>; data?: unknown };
}

const MINUTE_MS = 60_000;
/** The longest window that GitHub has is an hour; a reset further away is a clock that is wrong. */
const LONGEST_MS = 65 * MINUTE_MS;

/** For how many ms the host wants to be left alone because there were too many requests; undefined if that is not what it says. */
export function quietFor(error: unknown, now: number): number | undefined {
  const { status, response } = error as HttpError;
  if (status !== 403 && status !== 429) return undefined;
  const headers = response?.headers ?? {};
  const after = retryAfterMs(error);
  if (after !== undefined) return after;
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']) * 1_000 + 1_000 - now;
    return between(Number.isFinite(reset) ? reset : MINUTE_MS);
  }
  // GitHub's own advice where neither header tells.
  if (status === 429 || /secondary rate limit/i.test(textOf(error))) return MINUTE_MS;
  return undefined;
}

function retryAfterMs(error: unknown): number | undefined {
  const value = (error as HttpError).response?.headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  return between(
    Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(String(value)) - Date.now() || MINUTE_MS,
  );
}

const between = (ms: number) => Math.min(LONGEST_MS, Math.max(1_000, ms));

/** What went wrong with a request, for a person. `about` says what was asked for, and as whom. */
export function problemOf(error: unknown, about: string, timedOutMs: number | undefined): Problem {
  const { status = 0, response } = error as HttpError;
  const said = textOf(error).split('\n')[0]?.slice(0, 300) ?? '';
  const retryMs = retryAfterMs(error);
  const options = { cause: error, ...(retryMs !== undefined && { retryAfterMs: retryMs }) };
  if (!response) {
    const why = timedOutMs ? `did not answer within ${timedOutMs / 1_000} s` : `cannot be reached: ${said}`;
    return new Problem('GitUnreachable', `GitHub ${why} (requesting ${about}).`, options);
  }
  if (status >= 500)
    return new Problem('GitUnreachable', `GitHub answered ${status} to a request for ${about}.`, options);
  if (status === 409)
    return new Problem(
      'GitRefused',
      `GitHub lists no branches of ${about}: ${said} An empty answer proves nothing.`,
      options,
    );
  const what =
    status === 401
      ? 'does not accept the credentials: they are wrong, expired or revoked'
      : `refuses (${status}): ${said}`;
  return new Problem(
    'GitRefused',
    `GitHub ${what} (requesting ${about}). Check spec.github and the Secret named by spec.credentialsSecretRef; the permission contents: read is required.`,
    options,
  );
}
