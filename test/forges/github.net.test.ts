import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { monotonic } from '../../src/model/clock.ts';
import { createGithub } from '../../src/forges/github/github.ts';
import { Problem } from '../../src/model/problem.ts';
import { hostileNames } from '../support/hostile-names.ts';
import { aWorld, manyBranches } from './github-world.ts';

test.each(['a token', 'an App', 'nothing at all'])(
  'with %s, a listing has every branch with its head',
  async (what) => {
    const world = await aWorld(['feature/hardy', 'fix/typo']);
    world.dags.isPrivate = what !== 'nothing at all';
    const credentials = { 'a token': world.asToken(), 'an App': world.asApp().credentials }[what];
    expect(await world.host(credentials).listBranches()).toEqual(world.dags.branches);
    expect(await world.host(credentials).lookUp('fix/typo')).toEqual({
      state: 'exists',
      head: world.dags.branches.get('fix/typo'),
    });
  },
);

test('a listing of many pages has every branch once', async () => {
  const { host, asToken, dags } = await aWorld(manyBranches(450));
  const listed = await host(asToken()).listBranches();
  expect(listed.size).toBe(451);
  expect(listed).toEqual(dags.branches);
});

test('a last page that is full, and grows a follower, does not hide it', async () => {
  const { host, asToken, dags, github } = await aWorld(manyBranches(199));
  const credentials = asToken();
  expect((await host(credentials).listBranches()).size).toBe(200);
  github.push(dags, 'zz/later');
  expect((await host(credentials).listBranches()).has('zz/later')).toBe(true);
});

test('a branch that is looked up by its exact name; a beginning or a tail of another is not it', async () => {
  const { host, asToken } = await aWorld(['feature/hardy', 'feature/hardy-2', 'refs/heads/deep']);
  const ask = (branch: string) => host(credentials).lookUp(branch);
  const credentials = asToken();
  expect(await ask('refs/heads/deep')).toMatchObject({ state: 'exists' });
  for (const none of [
    'feature/hard',
    'hardy',
    'feature',
    'deep',
    'Feature/hardy',
    '*',
    'feature/*',
    'HEAD',
    'a/../main',
  ])
    expect(await ask(none), none).toEqual({ state: 'absent' });
});

test('every hostile name is listed and looked up as it is', async () => {
  const names = hostileNames.filter((name) => !name.includes('\uFFFD')); // stands for bytes that are lost
  const { host, asToken, dags } = await aWorld(names);
  const credentials = asToken();
  expect(await host(credentials).listBranches()).toEqual(dags.branches);
  for (const name of names)
    expect(await host(credentials).lookUp(name), name).toEqual({
      state: 'exists',
      head: dags.branches.get(name),
    });
});

test('a branch whose name is not UTF-8 is left out', async () => {
  const { host, asToken } = await aWorld(['lost\uFFFD']);
  expect([...(await host(asToken()).listBranches()).keys()]).toEqual(['main']);
});

// A page is asked for while another one has been given already: whatever happens in between must not hide a branch.
test.each<[what: string, change: (world: Awaited<ReturnType<typeof aWorld>>) => void]>([
  ['a branch of the first page is deleted', ({ dags }) => dags.branches.delete('feature/0003')],
  ['a branch is added before the first', ({ dags, github }) => github.push(dags, 'aaa')],
  [
    'one goes and one comes',
    ({ dags, github }) => dags.branches.delete('feature/0003') && github.push(dags, 'zzz'),
  ],
])('%s while the second page is asked for: the listing is the truth all the same', async (_what, change) => {
  const world = await aWorld(manyBranches(250));
  let once = true;
  world.github.intercept = ({ url }) => {
    if (!once || url.searchParams.get('page') !== '2') return undefined;
    once = false;
    change(world);
    return undefined;
  };
  expect(await world.host(world.asToken()).listBranches()).toEqual(world.dags.branches);
});

test('branches that change faster than they are listed are no listing at all', async () => {
  const world = await aWorld(manyBranches(250));
  let count = 0;
  world.github.intercept = ({ url }) => {
    if (url.searchParams.get('page') === '2') world.github.push(world.dags, `aaa-${count++}`);
    return undefined;
  };
  await expect(world.host(world.asToken()).listBranches()).rejects.toMatchObject({
    reason: 'GitUnreachable',
    message: expect.stringContaining('change faster') as string,
  });
});

test('at 500 branches, an hour of resyncs every 2 minutes costs less than 1 % of the quota', async () => {
  const world = await aWorld(manyBranches(500));
  for (const [what, credentials] of [
    ['a token', world.asToken()],
    ['an App', world.asApp().credentials],
  ] as const) {
    expect((await world.host(credentials).listBranches()).size).toBe(501);
    const who = [...world.github.tokens.values()].at(-1)!.who;
    world.clock.ms += 2 * 3_600_000; // the first listing's hour is over
    await world.host(credentials).listBranches();
    const before = world.github.quota.used(who);
    for (let resync = 0; resync < 29; resync++) {
      world.clock.ms += 120_000;
      expect((await world.host(credentials).listBranches()).size).toBe(501);
    }
    const used = world.github.quota.used(who) - before;
    const share = (100 * used) / world.github.quota.limit(who);
    console.info(
      `500 branches, unchanged, ${what}: ${used} requests of ${world.github.quota.limit(who)} an hour, ${share.toFixed(2)} %`,
    );
    expect(share).toBeLessThan(1);
  }
}, 120_000);

test('a branch counts as absent only beside the repository and its default branch', async () => {
  const { host, asToken, github } = await aWorld();
  const credentials = asToken();
  expect(await host(credentials).lookUp('feature/gone')).toEqual({ state: 'absent' });
  expect(github.requests.map((one) => one.replace(/%2F/g, '/'))).toEqual([
    'GET /repos/acme/dags/git/ref/heads/feature/gone 404',
    'GET /repos/acme/dags 200',
    'GET /repos/acme/dags/git/ref/heads/main 200',
  ]);
});

const gone = 'feature/gone';
test.each<
  [what: string, change: (world: Awaited<ReturnType<typeof aWorld>>) => unknown, reason: string, said: RegExp]
>([
  [
    'the token sees the repository no more',
    ({ github }) => github.tokens.forEach((one) => (one.repositories as Set<number>).clear()),
    'GitRefused',
    /shows no repository acme\/dags \(ID 4711\) to these credentials/,
  ],
  [
    'the token is revoked',
    ({ github }) => github.tokens.clear(),
    'GitRefused',
    /does not accept the credentials/,
  ],
  [
    'the token may not read contents',
    ({ github }) => github.tokens.forEach((one) => delete one.permissions['contents']),
    'GitRefused',
    /refuses \(403\).*contents: read/,
  ],
  [
    'the repository is deleted',
    ({ github, dags }) => github.remove(dags),
    'GitRefused',
    /shows no repository/,
  ],
  [
    'the repository is renamed',
    ({ github, dags }) => github.rename(dags, 'acme/pipelines'),
    'RepositoryMoved',
    /Its name is now acme\/pipelines\. Correct spec\.github/,
  ],
  [
    'the repository is transferred',
    ({ github, dags }) => github.rename(dags, 'umbrella/dags'),
    'RepositoryMoved',
    /name is now umbrella\/dags/,
  ],
  [
    'another repository took the name',
    ({ github, dags }) => {
      github.remove(dags);
      const other = github.addRepository('acme/dags');
      for (const token of github.tokens.values()) (token.repositories as Set<number>).add(other.id);
    },
    'RepositoryMoved',
    /a different repository now \(ID \d+, not 4711\)/,
  ],
  ['the repository is empty', ({ dags }) => dags.branches.clear(), 'GitRefused', /empty/],
  [
    'the quota is used up',
    ({ github }) => github.quota.spend([...github.tokens.values()][0]!.who, 5_000),
    'RateLimited',
    /until \d\d:\d\d:\d\d UTC/,
  ],
])('%s: that is a problem, and no absence', async (_what, change, reason, said) => {
  const world = await aWorld();
  const credentials = world.asToken();
  await world.host(credentials).listBranches();
  change(world);
  await expect(world.host(credentials).lookUp(gone)).rejects.toMatchObject({
    name: 'Problem',
    reason,
    message: expect.stringMatching(said) as string,
  });
  await expect(world.host(credentials).listBranches()).rejects.toMatchObject({ name: 'Problem' });
});

test.each([
  ['silence', 1_000, /did not answer within 1 s/],
  ['cut', 10_000, /cannot be reached/],
] as const)('%s instead of an answer: GitHub is unreachable', async (fate, timeoutMs, said) => {
  const { github, spec, asToken } = await aWorld();
  github.intercept = () => fate;
  const host = createGithub({ clock: { now: Date.now, monotonic, timeoutMs } }).open(spec(), asToken());
  await expect(host.lookUp('main')).rejects.toMatchObject({
    reason: 'GitUnreachable',
    message: expect.stringMatching(said) as string,
  });
});

test('where nobody listens, GitHub is unreachable', async () => {
  const { github, host, asToken } = await aWorld();
  const credentials = asToken();
  await github.stop();
  await expect(host(credentials).lookUp('main')).rejects.toMatchObject({ reason: 'GitUnreachable' });
});

test('a repository that does not show its default branch proves no absence', async () => {
  const { host, asToken, dags } = await aWorld();
  dags.branches.delete('main');
  await expect(host(asToken()).lookUp(gone)).rejects.toMatchObject({
    reason: 'GitRefused',
    message: expect.stringContaining('does not show main, the default branch of acme/dags') as string,
  });
});

test('while GitHub wants to be left alone it is, whoever asks; then it is asked again', async () => {
  const { host, asToken, github, clock } = await aWorld();
  const credentials = asToken();
  github.quota.spend(credentials['token']!.trim(), 5_000);
  const problem = await host(credentials)
    .listBranches()
    .catch((error: unknown) => error);
  expect(problem).toMatchObject({ reason: 'RateLimited' });
  expect((problem as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(3_590_000);
  const asked = github.requests.length;
  clock.ms += 3_000_000;
  await expect(host(credentials).lookUp('main')).rejects.toMatchObject({ reason: 'RateLimited' });
  expect(github.requests).toHaveLength(asked);
  clock.ms += 700_000;
  expect(await host(credentials).lookUp('main')).toMatchObject({ state: 'exists' });
});

test('an App’s token is for this repository alone, may only read, and serves until half of its life', async () => {
  const { host, asApp, github, clock, dags } = await aWorld();
  const { app, credentials } = asApp();
  github.install(app, dags, github.addRepository('acme/secrets'));
  const first = (await host(credentials).cloneCredentials())!;
  const token = github.tokens.get(first.values['token']!)!;
  expect([...token.repositories]).toEqual([dags.id]);
  expect(token.permissions).toEqual({ contents: 'read', metadata: 'read' });
  expect(first.minted!.expiresAt).toBe(token.expiresAt);
  expect(first.minted!.renewAt).toBeCloseTo(clock.ms + 1_800_000, -4);
  const [same, again] = await Promise.all([
    host(credentials).cloneCredentials(),
    host(credentials).cloneCredentials(),
  ]);
  expect([same, again]).toEqual([first, first]);
  clock.ms += 1_801_000;
  const [next, beside] = await Promise.all([
    host(credentials).cloneCredentials(),
    host(credentials).cloneCredentials(),
  ]);
  expect(next!.values['token']).not.toBe(first.values['token']);
  expect(beside).toEqual(next);
  expect(github.tokens.size).toBe(2);
});

test('an App that is uninstalled is refused, and installed anew it works at once', async () => {
  const { host, asApp, github, clock, dags } = await aWorld();
  const { app, credentials } = asApp();
  await host(credentials).listBranches();
  clock.ms += 10_000;
  github.uninstall(app);
  await expect(host(credentials).lookUp('feature/hardy')).rejects.toMatchObject({ reason: 'GitRefused' });
  await expect(host(credentials).cloneCredentials()).rejects.toMatchObject({
    reason: 'GitRefused',
    message: expect.stringContaining(`GitHub App ${app.id} is not installed for acme/dags`) as string,
  });
  github.install(app, dags);
  expect(await host(credentials).lookUp('feature/hardy')).toMatchObject({ state: 'exists' });
});

test('a suspended App is refused in GitHub’s own words', async () => {
  const { host, asApp } = await aWorld();
  const { app, credentials } = asApp();
  app.installation!.suspended = true;
  await expect(host(credentials).listBranches()).rejects.toMatchObject({
    reason: 'GitRefused',
    message: expect.stringContaining('This installation has been suspended') as string,
  });
});

test('a key that is another App’s is refused', async () => {
  const { host, asApp } = await aWorld();
  const [one, other] = [asApp(), asApp()];
  await expect(
    host({ ...one.credentials, 'private-key': other.app.privateKey }).listBranches(),
  ).rejects.toMatchObject({
    reason: 'GitRefused',
    message: expect.stringContaining('does not accept') as string,
  });
});

test('a token so young that not every server of GitHub’s knows it is tried again', async () => {
  const { host, asApp, github } = await aWorld();
  let lag = 1;
  github.intercept = ({ token }) =>
    token && lag-- > 0 ? { status: 401, body: { message: 'Bad credentials' } } : undefined;
  expect(await host(asApp().credentials).lookUp('main')).toMatchObject({ state: 'exists' });
});

test('a token is copied as it is, trimmed; without credentials nothing is', async () => {
  const { host, asToken } = await aWorld();
  const credentials = asToken();
  expect(await host(credentials).cloneCredentials()).toEqual({
    values: { token: credentials['token']!.trim() },
  });
  expect(await host().cloneCredentials()).toBeUndefined();
});

test.each<[what: string, keys: Record<string, string>, said: RegExp | undefined]>([
  ['no key', {}, /^lacks the key token, or app-id and private-key$/],
  ['an empty token', { token: ' \n' }, /lacks the key token/],
  ['an App without key', { 'app-id': '1' }, /lacks private-key/],
  ['a key without App', { 'private-key': 'x' }, /lacks app-id/],
  ['a key that is none', { 'app-id': '1', 'private-key': 'hunter2' }, /is not an RSA key in PEM/],
  ['both kinds', { token: 'x', 'app-id': '1', 'private-key': 'x' }, /keep only one of the two/],
  ['a token', { token: 'x' }, undefined],
])('a Secret with %s', async (_what, keys, said) => {
  const { forge, spec } = await aWorld();
  const refusal = forge.refuse(spec(), keys);
  if (said) expect(refusal).toMatch(said);
  else expect(refusal).toBeUndefined();
  expect(refusal ?? '').not.toContain('hunter2');
});

test('a private key with the line ends of Windows is read', async () => {
  const { host, asApp } = await aWorld();
  const { credentials } = asApp();
  const crlf = { ...credentials, 'private-key': credentials['private-key'].replaceAll('\n', '\r\n') };
  expect((await host(crlf).listBranches()).size).toBe(2);
});

test('no failure tells a credential, however closely it is looked at', async () => {
  const { host, asToken, asApp, github, clock } = await aWorld();
  const [token, app] = [asToken(), asApp()];
  await host(app.credentials).listBranches();
  const minted = [...github.tokens.keys()].at(-1)!;
  clock.ms += 60_000;
  for (const status of [401, 403, 429, 500]) {
    github.intercept = () => ({ status, body: { message: 'no' } });
    for (const credentials of [token, app.credentials]) {
      const problem = await host(credentials)
        .lookUp('main')
        .catch((error: unknown) => error);
      const everything = inspect(problem, { depth: 20, showHidden: true });
      for (const secret of [token['token']!.trim(), minted, app.credentials['private-key'].split('\n')[1]!])
        expect(everything).not.toContain(secret);
    }
  }
});

test.each<[what: string, keys: Record<string, string> | undefined, minted: boolean]>([
  ['a token is copied', { token: 'x' }, false],
  ['an App mints', { 'app-id': '1', 'private-key': 'x' }, true],
  ['without keys there is nothing to copy', undefined, true],
  ['of both kinds, nothing is copied unasked', { token: 'x', 'app-id': '1' }, false],
])('%s', async (_what, keys, minted) => {
  expect((await aWorld()).forge.mints(keys)).toBe(minted);
});

test('F6: no branch has a control character in its name: absent, without asking', async () => {
  const world = await aWorld();
  for (const branch of ['a\0b', 'a\nb', '\x7f'])
    expect(await world.host(world.asToken()).lookUp(branch)).toEqual({ state: 'absent' });
  expect(world.github.requests).toEqual([]);
});

test.each([414, 422])(
  'F6: a ref of which GitHub will not hear (%d) is no trouble of the repository’s',
  async (status) => {
    const world = await aWorld();
    world.github.intercept = ({ segments }) =>
      segments.includes('odd') ? { status, body: { message: 'not this one' } } : undefined;
    const host = world.host(world.asToken());
    const error: unknown = await host.lookUp('feature/odd').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining('not this one') as string });
    expect(error).not.toBeInstanceOf(Problem);
    expect(await host.lookUp('feature/hardy')).toMatchObject({ state: 'exists' });
  },
);
