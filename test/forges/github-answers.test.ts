import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { monotonic } from '../../src/model/clock.ts';
import { createGithub } from '../../src/forges/github/github.ts';
import { HEAD } from '../support/builders.ts';

const API = 'https://api.github.com';
const repository = { id: 4711, full_name: 'acme/dags', default_branch: 'main' };
const ref = (branch: string, sha = HEAD) => ({
  ref: `refs/heads/${branch}`,
  object: { type: 'commit', sha },
});
const path = (branch: string) => `/repos/acme/dags/git/ref/${encodeURIComponent(`heads/${branch}`)}`;
const spec = { owner: 'acme', name: 'dags', apiUrl: API };
const host = () =>
  createGithub({ clock: { now: Date.now, monotonic, timeoutMs: 4_000 } }).open(
    spec,
    { token: 'canary' },
    String(repository.id),
  );

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.abortPendingRequests();
  nock.cleanAll();
  nock.enableNetConnect();
});

const github = () => nock(API, { reqheaders: { authorization: 'token canary' } }).persist();
const inAMinute = () => String(Math.ceil(Date.now() / 1_000) + 60);

interface Said {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

// What GitHub may say when it is asked for a branch, the repository and its default branch being seen.
test.each<[what: string, said: Said, becomes: object]>([
  ['the branch', { status: 200, body: ref('x') }, { state: 'exists', head: HEAD }],
  [
    'a branch of SHA-256',
    { status: 200, body: ref('x', 'b'.repeat(64)) },
    { state: 'exists', head: 'b'.repeat(64) },
  ],
  ['404', { status: 404, body: { message: 'Not Found' } }, { state: 'absent' }],
  ['another branch', { status: 200, body: ref('x2') }, { reason: 'GitUnreachable' }],
  [
    'branches that begin so, as old servers do',
    { status: 200, body: [ref('x2')] },
    { reason: 'GitUnreachable' },
  ],
  ['a head that is none', { status: 200, body: ref('x', 'HEAD') }, { reason: 'GitUnreachable' }],
  [
    'a page instead of JSON',
    { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } },
    { reason: 'GitUnreachable' },
  ],
  [
    'JSON that was cut off',
    { status: 200, body: '{"ref":"refs/hea', headers: { 'content-type': 'application/json' } },
    { reason: 'GitUnreachable' },
  ],
  ['nothing', { status: 200, body: '' }, { reason: 'GitUnreachable' }],
  ['no content', { status: 204 }, { reason: 'GitUnreachable' }],
  ['304 without having been asked so', { status: 304 }, { reason: 'GitUnreachable' }],
  ...[301, 302, 307, 308].map((status): [string, Said, object] => [
    `a redirect ${status}`,
    { status, headers: { location: `${API}/repositories/4711/git/ref/heads%2Fx` } },
    { reason: 'RepositoryMoved', message: expect.stringContaining('name is now acme/pipelines') as string },
  ]),
  [
    'a redirect to a stranger, who gets no credentials',
    { status: 301, headers: { location: 'https://evil.example.com/repositories/4711' } },
    { reason: 'RepositoryMoved', message: expect.not.stringContaining('It is called') as string },
  ],
  ['401', { status: 401, body: { message: 'Bad credentials' } }, { reason: 'GitRefused' }],
  ['403', { status: 403, body: { message: 'Resource not accessible' } }, { reason: 'GitRefused' }],
  ['409', { status: 409, body: { message: 'Git Repository is empty.' } }, { reason: 'GitRefused' }],
  ['410', { status: 410 }, { reason: 'GitRefused' }],
  // About this one ref, and so no trouble of the repository's.
  ['422', { status: 422 }, { name: 'Error', message: expect.stringContaining('(422)') as string }],
  ['451', { status: 451, body: { message: 'Repository access blocked' } }, { reason: 'GitRefused' }],
  [
    'the end of the quota',
    {
      status: 403,
      body: { message: 'API rate limit exceeded' },
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAMinute() },
    },
    { reason: 'RateLimited', retryAfterMs: expect.closeTo(61_000, -5) as number },
  ],
  [
    'the end of the quota, with a reset in another century',
    { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' } },
    { reason: 'RateLimited', retryAfterMs: 65 * 60_000 },
  ],
  [
    'a secondary limit with Retry-After',
    {
      status: 403,
      body: { message: 'You have exceeded a secondary rate limit' },
      headers: { 'retry-after': '30' },
    },
    { reason: 'RateLimited', retryAfterMs: 30_000 },
  ],
  [
    'a secondary limit without it',
    { status: 403, body: { message: 'You have exceeded a secondary rate limit' } },
    { reason: 'RateLimited', retryAfterMs: 60_000 },
  ],
  ['429', { status: 429 }, { reason: 'RateLimited', retryAfterMs: 60_000 }],
  [
    '429 with Retry-After',
    { status: 429, headers: { 'retry-after': '120' } },
    { reason: 'RateLimited', retryAfterMs: 120_000 },
  ],
  ['500', { status: 500 }, { reason: 'GitUnreachable' }],
  [
    '502 with a page',
    { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } },
    { reason: 'GitUnreachable' },
  ],
  [
    '503 with Retry-After',
    { status: 503, headers: { 'retry-after': '90' } },
    { reason: 'GitUnreachable', retryAfterMs: 90_000 },
  ],
])('GitHub says %s', async (_what, { status, body, headers }, becomes) => {
  github()
    .get(path('x'))
    .reply(status, body as nock.Body, headers);
  github().get(path('main')).reply(200, ref('main'));
  github().get('/repos/acme/dags').reply(200, repository);
  github().get('/repositories/4711').reply(200, { full_name: 'acme/pipelines' });
  const came = await host()
    .lookUp('x')
    .catch((error: unknown) => error);
  expect(came).toMatchObject(becomes);
});

// The branch is answered with 404; what is said of the repository decides whether that counts.
test.each<[what: string, said: Said, becomes: object]>([
  ['the repository', { status: 200, body: repository }, { state: 'absent' }],
  [
    'the repository with another number',
    { status: 200, body: { ...repository, id: 5 } },
    { reason: 'RepositoryMoved' },
  ],
  [
    'something without a number',
    { status: 200, body: { default_branch: 'main' } },
    { reason: 'GitUnreachable' },
  ],
  ['404', { status: 404 }, { reason: 'GitRefused' }],
  ['301', { status: 301 }, { reason: 'RepositoryMoved' }],
  ['401', { status: 401 }, { reason: 'GitRefused' }],
  ['403', { status: 403 }, { reason: 'GitRefused' }],
  ['429', { status: 429 }, { reason: 'RateLimited' }],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '5' } }, { reason: 'GitUnreachable' }],
])('404 for the branch, and for the repository %s', async (_what, { status, body, headers }, becomes) => {
  github().get(path('x')).reply(404);
  github().get(path('main')).reply(200, ref('main'));
  github()
    .get('/repos/acme/dags')
    .reply(status, body as nock.Body, headers);
  expect(
    await host()
      .lookUp('x')
      .catch((error: unknown) => error),
  ).toMatchObject(becomes);
});

// And to a listing, the repository being seen.
test.each<[what: string, said: Said]>([
  ['no branches', { status: 200, body: [] }],
  ['404', { status: 404 }],
  ['403', { status: 403 }],
  ['503', { status: 503, headers: { 'retry-after': '5' } }],
  ['a page instead of JSON', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
  ['nothing', { status: 200, body: '' }],
  ['no list', { status: 200, body: {} }],
  ['a branch without a head', { status: 200, body: [{ name: 'x' }] }],
])('B20: a listing that is %s is none, so no branch is missing from it', async (_what, said) => {
  github().get('/repos/acme/dags').reply(200, repository);
  github()
    .get('/repos/acme/dags/branches')
    .query(true)
    .reply(said.status, said.body as nock.Body, said.headers);
  await expect(host().listBranches()).rejects.toMatchObject({
    reason: expect.stringMatching(/^Git(Refused|Unreachable)$/) as string,
  });
});

test('a server that fails for a moment is asked again at once, one that says when is not', async () => {
  const fails = nock(API).get(path('x')).reply(502).get(path('x')).reply(200, ref('x'));
  expect(await host().lookUp('x')).toEqual({ state: 'exists', head: HEAD });
  expect(fails.isDone()).toBe(true);
  let asked = 0;
  nock(API)
    .persist()
    .get(path('y'))
    .reply(() => (asked++, [503, '', { 'retry-after': '2' }]));
  await expect(host().lookUp('y')).rejects.toMatchObject({ reason: 'GitUnreachable', retryAfterMs: 2_000 });
  expect(asked).toBe(1);
});
