import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createGit } from '../../src/forges/git/git.ts';
import { lsRemoteHeads, parse } from '../../src/forges/git/ls-remote.ts';
import { git } from '../support/git.ts';
import { hostileNames } from '../support/hostile-names.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  addPullRequests,
  aRepository,
  counted,
  freePort,
  gitDaemon,
  httpServer,
  namesThatGitTakes,
  PASSWORD,
} from './git-world.ts';
import type { SecretData } from '../../src/forges/api.ts';

const forge = createGit();
const host = (url: string, credentials?: SecretData) => forge.open({ url }, credentials);
const login = { username: 'offshoot', password: PASSWORD };

async function aDaemon(refs: string[] = []) {
  const folder = await temporaryFolder();
  const repository = join(folder, 'dags.git');
  await mkdir(repository);
  const head = await aRepository(repository, refs);
  return { repository, head, url: await gitDaemon(folder) };
}

test('a listing has every branch with its head, and nothing else', async () => {
  const { head, url } = await aDaemon([
    'refs/heads/feature/hardy',
    'refs/tags/feature/hardy',
    'refs/notes/x',
    'refs/pull/1/head',
  ]);
  expect(await host(url).listBranches()).toEqual(
    new Map([
      ['feature/hardy', head],
      ['main', head],
    ]),
  );
});

test('a branch is looked up by its exact name; a tail of another is not it', async () => {
  const { head, url } = await aDaemon([
    'refs/heads/feature/hardy',
    'refs/heads/refs/heads/deep',
    'refs/remotes/origin/refs/heads/far',
    'refs/tags/v1',
  ]);
  const asked = (branch: string) => host(url).lookUp(branch);
  expect(await asked('feature/hardy')).toEqual({ state: 'exists', head });
  expect(await asked('refs/heads/deep')).toEqual({ state: 'exists', head });
  for (const none of [
    'hardy',
    'feature',
    'deep',
    'far',
    'v1',
    'Feature/hardy',
    'feature/hardy2',
    '*',
    'feature/*',
    'HEAD',
  ])
    expect(await asked(none), none).toEqual({ state: 'absent' });
});

test.each(['git://', 'http://'])(
  'B10: over %s nothing is received of refs that are no branches',
  async (how) => {
    const served = how === 'git://' ? await aDaemon() : await httpServer();
    const commit = await aRepository(served.repository, ['refs/heads/feature/kelp']);
    await addPullRequests(served.repository, 20_000, commit);
    expect(await git(served.repository, 'for-each-ref', '--count=1', 'refs/pull/019999')).toContain(commit);
    const { url, bytes } = await counted(served.url);
    const ask = host(url, how === 'git://' ? undefined : login);
    expect((await ask.listBranches()).size).toBe(2);
    expect(await ask.lookUp('feature/kelp')).toEqual({ state: 'exists', head: commit });
    expect(await ask.lookUp('feature/gone')).toEqual({ state: 'absent' });
    expect(bytes()).toBeLessThan(10_000);
  },
);

test('B23: an annotated tag of the same name is not the branch, and alone it is none', async () => {
  const { head, repository, url } = await aDaemon(['refs/heads/feature/kelp']);
  for (const tag of ['feature/kelp', 'feature/gone'])
    await git(repository, 'tag', '--annotate', '--message=x', tag, head);
  expect(await host(url).lookUp('feature/kelp')).toEqual({ state: 'exists', head });
  expect(await host(url).lookUp('feature/gone')).toEqual({ state: 'absent' });
});

test('B23: a ref elsewhere that ends like a branch is none, and a branch may be called HEAD', async () => {
  const { head, url } = await aDaemon([
    'refs/remotes/x/refs/heads/feature/ghost',
    'refs/heads/HEAD',
    'refs/heads/heads/feature/other',
  ]);
  expect(await host(url).lookUp('feature/ghost')).toEqual({ state: 'absent' });
  expect(await host(url).lookUp('feature/other')).toEqual({ state: 'absent' });
  expect(await host(url).lookUp('HEAD')).toEqual({ state: 'exists', head });
  expect([...(await host(url).listBranches()).keys()].sort()).toEqual([
    'HEAD',
    'heads/feature/other',
    'main',
  ]);
});

test('B23: packed refs are read, and one that was packed and then changed is the later one', async () => {
  const { head, repository, url } = await aDaemon(['refs/heads/feature/kelp', 'refs/heads/feature/gone']);
  await git(repository, 'pack-refs', '--all');
  const next = await git(repository, 'commit-tree', `${head}^{tree}`, '-p', head, '-m', 'Next');
  await git(repository, 'update-ref', 'refs/heads/feature/kelp', next);
  await git(repository, 'update-ref', '-d', 'refs/heads/feature/gone');
  expect(await host(url).lookUp('feature/kelp')).toEqual({ state: 'exists', head: next });
  expect(await host(url).lookUp('main')).toEqual({ state: 'exists', head });
  expect(await host(url).lookUp('feature/gone')).toEqual({ state: 'absent' });
});

test('B23: a repository of SHA-256 is read', async () => {
  const folder = await temporaryFolder();
  const repository = join(folder, 'dags.git');
  await mkdir(repository);
  await git(repository, 'init', '-q', '--bare', '--object-format=sha256', '-b', 'main', '.');
  const head = await aRepository(repository, ['refs/heads/feature/kelp']);
  expect(head).toHaveLength(64);
  const url = await gitDaemon(folder);
  expect(await host(url).lookUp('feature/kelp')).toEqual({ state: 'exists', head });
  expect(await host(url).lookUp('feature/gone')).toEqual({ state: 'absent' });
});

test('every hostile name that git takes is found, listed and looked up', async () => {
  const names = await namesThatGitTakes(
    await temporaryFolder(),
    hostileNames.filter((name) => !name.includes('\uFFFD')), // stands for bytes that are lost: see below
  );
  expect(names).toContain('feature/$({curl,evil})');
  expect(names).toContain('--upload-pack=id');
  // One file system of the refs: `a/b` and `a` cannot both be.
  const { head, url } = await aDaemon(names.map((name) => `refs/heads/${name}`));
  const listed = await host(url).listBranches();
  expect([...listed.keys()].sort()).toEqual([...names, 'main'].sort());
  for (const name of names.filter((one) => /[-$`;|]/.test(one)))
    expect(await host(url).lookUp(name), name).toEqual({ state: 'exists', head });
});

test('a branch whose name is not UTF-8 is left out of the listing', async () => {
  const { repository, url } = await aDaemon();
  const { writeFile, readFile } = await import('node:fs/promises');
  const head = (await readFile(join(repository, 'refs/heads/main'), 'utf8')).trim();
  await writeFile(
    Buffer.concat([Buffer.from(`${repository}/refs/heads/`), Buffer.from([0x66, 0xff])]),
    `${head}\n`,
  );
  expect([...(await host(url).listBranches()).keys()]).toEqual(['main']);
});

test('a repository whose default branch does not exist proves absence by its other branches', async () => {
  const { head, repository, url } = await aDaemon(['refs/heads/feature/hardy']);
  await git(repository, 'update-ref', '-d', 'refs/heads/main');
  expect(await host(url).lookUp('feature/hardy')).toEqual({ state: 'exists', head });
  expect(await host(url).lookUp('feature/gone')).toEqual({ state: 'absent' });
});

test('an empty repository proves nothing: neither a listing nor an absence', async () => {
  const { url, repository } = await httpServer();
  expect(await git(repository, 'for-each-ref')).toBe('');
  await expect(host(url, login).listBranches()).rejects.toMatchObject({
    reason: 'GitRefused',
    message: expect.stringContaining('lists no branches') as string,
  });
  await expect(host(url, login).lookUp('feature/hardy')).rejects.toMatchObject({ reason: 'GitRefused' });
});

test('a private repository is read with user and password, or with a token alone', async () => {
  const { url, repository } = await httpServer();
  const head = await aRepository(repository);
  expect(await host(url, login).lookUp('main')).toEqual({ state: 'exists', head });
  expect(await host(url, { username: 'offshoot', token: `${PASSWORD}\r\n` }).lookUp('main')).toEqual({
    state: 'exists',
    head,
  });
});

test.each<[what: string, credentials: SecretData | undefined]>([
  ['no credentials', undefined],
  ['a wrong password', { username: 'offshoot', password: 'wrong-password' }],
  ['a wrong user', { username: 'somebody', password: PASSWORD }],
  ['a password that is shell', { username: '$(id)', password: '`id`; rm -rf "$HOME"' }],
])('%s: the git host refuses, and nobody is told the password', async (_what, credentials) => {
  const { url, repository } = await httpServer();
  await aRepository(repository);
  const refused = await host(url, credentials)
    .lookUp('main')
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'Problem', reason: 'GitRefused' });
  const { message } = refused as Error;
  expect(message).toContain('spec.credentialsSecretRef');
  expect(message).toContain(url);
  const { inspect } = await import('node:util');
  const everything = inspect(refused, { depth: 20, showHidden: true });
  if (credentials?.['password']) expect(everything).not.toContain(credentials['password']);
});

test('a repository that is not there is refused, on http as over git://', async () => {
  const { url } = await httpServer();
  await expect(host(url.replace('dags', 'other'), login).listBranches()).rejects.toMatchObject({
    reason: expect.stringMatching(/^Git/) as string,
  });
  const daemon = await aDaemon();
  await expect(host(daemon.url.replace('dags', 'other')).listBranches()).rejects.toMatchObject({
    reason: expect.stringMatching(/^Git/) as string,
  });
});

test('a host where nobody listens is unreachable, whatever digits its port has', async () => {
  for (const url of [
    `http://127.0.0.1:${await freePort()}/x.git`,
    `git://127.0.0.1:${await freePort()}/403/not found.git`.replace(' ', '-'),
  ])
    await expect(host(url).listBranches()).rejects.toMatchObject({
      reason: 'GitUnreachable',
      message: expect.stringContaining(url) as string,
    });
  await expect(host('http://127.0.0.1:40100/401-not-found.git').listBranches()).rejects.toMatchObject({
    reason: 'GitUnreachable',
  });
});

test('a name that does not resolve is unreachable', async () => {
  await expect(host('https://git.invalid/x.git').listBranches()).rejects.toMatchObject({
    reason: 'GitUnreachable',
  });
});

test('nothing of the credentials stays on the disk', async () => {
  const { url, repository } = await httpServer();
  await aRepository(repository);
  const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('offshoot-git-'));
  const before = new Set(await folders());
  await host(url, login).listBranches();
  await host(url, { ...login, password: 'wrong' })
    .listBranches()
    .catch(() => undefined);
  const left = (await folders()).filter((name) => !before.has(name));
  // Another test of this run may be at work at this very moment: only what stays is a fault.
  await expect.poll(() => stillThere(left), { timeout: 10_000 }).toEqual([]);
});

const stillThere = async (names: string[]) =>
  (await readdir(tmpdir())).filter((name) => names.includes(name));

test.each([
  ['https without key', 'https://h/x', {}, 'lacks the key token, or username and password'],
  [
    'https with an empty token',
    'https://h/x',
    { token: ' \n' },
    'lacks the key token, or username and password',
  ],
  ['https with token', 'https://h/x', { token: 'x' }, undefined],
  ['ssh without anything', 'git@h:x', {}, 'lacks ssh-privatekey and known_hosts, which git@h:x needs'],
  ['ssh without known_hosts', 'git@h:x', { 'ssh-privatekey': 'x' }, 'lacks known_hosts, which git@h:x needs'],
  ['ssh with both', 'git@h:x', { 'ssh-privatekey': 'x', known_hosts: 'y' }, undefined],
])('%s', (_what, url, secret, refusal) => {
  expect(forge.refuse({ url }, secret as SecretData)).toBe(refusal);
});

test('lines that are no refs are passed over, and SHA-256 is read as well', () => {
  const [short, long] = ['a'.repeat(40), 'b'.repeat(64)];
  expect(
    parse(`warning: redirecting\n${short}\tHEAD\n${long}\trefs/heads/x y\nzzz\trefs/heads/no\n`),
  ).toEqual(
    new Map([
      ['HEAD', short],
      ['refs/heads/x y', long],
    ]),
  );
});

test.each(['\u2028', '\u2029', '\u0085', '\r'])('F20: a name with %j in it is read whole', (odd) => {
  expect(parse(`${'a'.repeat(40)}\trefs/heads/x${odd}y\n`)).toEqual(
    new Map([[`refs/heads/x${odd}y`, 'a'.repeat(40)]]),
  );
});

test('F6: no branch has a control character in its name: absent, without asking', async () => {
  const port = await freePort(); // where nobody listens
  for (const branch of ['a\0b', 'a\nb', '\x7f'])
    expect(await host(`git://127.0.0.1:${port}/dags.git`).lookUp(branch)).toEqual({ state: 'absent' });
});

test('F6: git is never started with an argument that it cannot have', async () => {
  await expect(lsRemoteHeads('git://127.0.0.1/da\0gs.git', {})).rejects.toMatchObject({
    reason: 'GitRefused',
    message: expect.stringContaining('control character') as string,
  });
});
