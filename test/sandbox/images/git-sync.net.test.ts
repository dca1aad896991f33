import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { gitSync } from '../../../sandbox/images/git-sync/recipe.ts';
import { buildGitSync } from '../../../sandbox/images/git-sync/build-git-sync.ts';
import { git, serveGit } from './git-server.ts';

const BRANCH = 'refs/heads/feature/hardy';
let shared: string;
let folder: string;
let work: string;
let root: string;
let running: ChildProcess[];

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'git-sync-'));
  await buildGitSync(join(gitSync.source, 'src'), join(shared, 'git-sync'));
}, 300_000);

afterAll(() => rm(shared, { recursive: true }));

beforeEach(async () => {
  running = [];
  folder = await mkdtemp(join(tmpdir(), 'git-sync-'));
  work = join(folder, 'work');
  root = join(folder, 'root');
  await git(folder, 'init', '--quiet', '--bare', 'dags.git');
  await git(folder, 'clone', '--quiet', 'dags.git', 'work');
  await push('one');
});

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function push(text: string, ...options: string[]): Promise<string> {
  await writeFile(join(work, 'dag.py'), text);
  await git(work, 'add', '.');
  await git(work, 'commit', '--quiet', '-m', text, ...options);
  await git(work, 'push', '--quiet', '--force', 'origin', `HEAD:${BRANCH}`);
  return git(work, 'rev-parse', 'HEAD');
}

interface Run {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  said(): string;
}

function start(flags: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(join(shared, 'git-sync'), flags, {
    env: { PATH: process.env.PATH, TMPDIR: folder, ...env },
  });
  running.push(child);
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, exited, said: () => output };
}

const usual = (repo = `file://${folder}/dags.git`): string[] => [
  `--repo=${repo}`,
  `--ref=${BRANCH}`,
  '--root',
  root,
  '--link=current',
  '--period=50ms',
];

const published = async (): Promise<string> => basename(await readlink(join(root, 'current')));
const eventually = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 20 });

describe('the stand-in for git-sync', () => {
  it('publishes the branch by a link, follows pushes also when history is rewritten, and keeps one tree', async () => {
    const run = start(usual());
    await eventually(async () => expect(await readFile(join(root, 'current/dag.py'), 'utf8')).toBe('one'));
    expect(await readlink(join(root, 'current'))).toMatch(/^\.worktrees\/[0-9a-f]{40}$/);
    const second = await push('two');
    await eventually(async () => expect(await published()).toBe(second));
    const rewritten = await push('three', '--amend');
    await eventually(async () => expect(await published()).toBe(rewritten));
    await eventually(async () => expect(await readdir(join(root, '.worktrees'))).toEqual([rewritten]));
    expect(run.said()).toContain('stand-in for git-sync');
    run.child.kill('SIGTERM');
    expect(await run.exited).toBe(128 + 15);
  });

  it('takes the branch, not a tag of the same name', async () => {
    const head = await git(work, 'rev-parse', 'HEAD');
    await git(work, 'commit', '--quiet', '--allow-empty', '-m', 'tagged');
    await git(work, 'tag', 'feature/hardy');
    await git(work, 'push', '--quiet', 'origin', 'refs/tags/feature/hardy');
    expect(await start([...usual(), '--one-time']).exited).toBe(0);
    expect(await published()).toBe(head);
  });

  it('keeps what it has while the branch is gone, and follows when it is back', async () => {
    const error = join(root, 'error.json');
    const run = start([...usual(), '--max-failures=-1', `--error-file=${error}`]);
    await eventually(async () => void (await published()));
    await git(work, 'push', '--quiet', 'origin', `:${BRANCH}`);
    await eventually(async () => expect(run.said()).toContain(`the remote has no ref ${BRANCH}`));
    expect(await readFile(join(root, 'current/dag.py'), 'utf8')).toBe('one');
    await eventually(async () =>
      expect(await readFile(error, 'utf8')).toMatch(
        /^\{"Msg":"error syncing repo, will retry","Err":"the remote has no ref .*","Args":\{"failCount":\d+\}\}$/,
      ),
    );
    const back = await push('back');
    await eventually(async () => expect(await published()).toBe(back));
    await eventually(async () => expect(await readdir(root)).not.toContain('error.json'));
  });

  it('ends at the first failure by default, and at once on a flag it does not know', async () => {
    expect(await start(usual(`file://${folder}/absent.git`)).exited).toBe(1);
    const unknown = start([...usual(), '--exechook-command=/bin/true']);
    expect(await unknown.exited).toBe(2);
    expect(unknown.said()).toContain('-exechook-command');
  });

  it('goes on with a root that an ended run left, and clears one that is not its own', async () => {
    await mkdir(join(root, '.worktrees'), { recursive: true });
    await writeFile(join(root, 'foreign'), '');
    expect(await start([...usual(), '--one-time']).exited).toBe(0);
    expect(await readdir(root)).not.toContain('foreign');
    const before = await published();
    await rm(join(root, '.worktrees', before, 'dag.py')); // not seen: git-sync looks at HEAD, not at each file
    await rm(join(root, '.worktrees', before, '.git'));
    expect(await start([...usual(), '--one-time']).exited).toBe(0);
    expect(await readFile(join(root, 'current/dag.py'), 'utf8')).toBe('one');
  });

  it('answers 503 until the first sync and 200 from then on, and tells a webhook each commit', async () => {
    const told: string[] = [];
    const listener = await listen((hash) => told.push(hash));
    const { port } = listener.address() as AddressInfo;
    const moved = join(folder, 'moved.git');
    await git(folder, 'clone', '--quiet', '--mirror', 'dags.git', 'moved.git');
    await rm(join(folder, 'dags.git'), { recursive: true });
    const hook = `--webhook-url=http://127.0.0.1:${port}/`;
    const run = start([...usual(), '--max-failures=-1', '--http-bind=127.0.0.1:0', hook]);
    await eventually(async () => expect(run.said()).toContain('"endpoint"'));
    const bind = /"endpoint":"([^"]+)"/.exec(run.said())?.[1];
    await eventually(async () => expect((await fetch(`http://${bind}/`)).status).toBe(503));
    await git(folder, 'clone', '--quiet', '--mirror', moved, 'dags.git');
    await eventually(async () => expect((await fetch(`http://${bind}/`)).status).toBe(200));
    const first = await published();
    await eventually(async () => expect(told).toEqual([first]));
    const second = await push('two');
    await eventually(async () => expect(told).toEqual([first, second]));
    listener.close();
  });

  it('reads what git includes at each use, and shows the password in it to no process, log or file', async () => {
    const secrets = ['s3cret-one', 's3cret-two'].map((password) => ({
      password,
      login: Buffer.from(`bot:${password}`).toString('base64'),
    }));
    let accepted = secrets[0]!;
    const server = await serveGit(folder, () => accepted.password);
    const file = join(folder, 'gitconfig');
    // As src/backends/native/git-credentials.ts writes it.
    const give = () =>
      writeFile(file, `[http "${server.url}/"]\n\textraHeader = "Authorization: Basic ${accepted.login}"\n`);
    await give();
    const spied = await spyOnGit();
    const flags = [
      ...usual(`${server.url}/dags.git`),
      `--git-config=include.path:${file}`,
      '--max-failures=-1',
    ];
    const run = start([...flags, '-v', '9'], { PATH: `${join(folder, 'spy')}:${process.env.PATH}` });
    await eventually(async () => void (await published()));
    accepted = secrets[1]!;
    await eventually(async () => expect(run.said()).toContain('will retry'));
    await give();
    const second = await push('two');
    await eventually(async () => expect(await published()).toBe(second));
    const seen = [
      run.said(),
      await readFile(spied, 'utf8'),
      await readFile(join(root, '.git/config'), 'utf8'),
    ].join();
    expect(seen).toContain('ls-remote');
    for (const { password, login } of secrets) {
      expect(seen).not.toContain(password);
      expect(seen).not.toContain(login);
    }
    await server.stop();
  });

  it('takes user name and password from the environment, as charts give them, and hands them to no git', async () => {
    const password = 's3cret';
    const server = await serveGit(folder, () => password);
    const spied = await spyOnGit();
    const env = {
      PATH: `${join(folder, 'spy')}:${process.env.PATH}`,
      GITSYNC_USERNAME: 'bot',
      GITSYNC_PASSWORD: password,
    };
    const run = start([...usual(`${server.url}/dags.git`), '--one-time', '-v', '9'], env);
    expect(await run.exited).toBe(0);
    expect(await readFile(join(root, 'current/dag.py'), 'utf8')).toBe('one');
    const seen = [
      run.said(),
      await readFile(spied, 'utf8'),
      await readFile(join(root, '.git/config'), 'utf8'),
    ].join();
    expect(seen).toContain('ls-remote');
    expect(seen).not.toContain(password);
    await server.stop();
  });

  it.each([
    ['a password without a user name', { GITSYNC_PASSWORD: 'x' }],
    ['a user name without a password', { GITSYNC_USERNAME: 'x' }],
    ['two passwords', { GITSYNC_USERNAME: 'x', GITSYNC_PASSWORD: 'x', GITSYNC_PASSWORD_FILE: '/dev/null' }],
  ])('refuses %s', async (_what, env) => {
    const run = start(usual(), env);
    expect(await run.exited).toBe(2);
    expect(run.said()).toContain('invalid flag');
  });
});

async function listen(onHash: (hash: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    onHash(String(request.headers['gitsync-hash']));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Puts a git before the real one that writes down its arguments and environment. */
async function spyOnGit(): Promise<string> {
  const file = join(folder, 'seen');
  await mkdir(join(folder, 'spy'));
  const script = `#!/bin/sh\n{ echo "$@"; env; } >> ${file}\nPATH=\${PATH#*:}\nexec git "$@"\n`;
  await writeFile(join(folder, 'spy/git'), script);
  await chmod(join(folder, 'spy/git'), 0o755);
  return file;
}
