import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { buildGitSync } from '../../sandbox/images/git-sync/build-git-sync.ts';
import { gitSync } from '../../sandbox/images/git-sync/recipe.ts';
import { submodulesProbe } from '../../src/backends/native/submodules.ts';
import { git } from '../support/git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { gitDaemon } from '../forges/git-world.ts';

const SCRIPT = new URL('../../src/backends/native/submodules/git', import.meta.url).pathname;
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

let folder: string;
let program: string;
// On a new machine, Go compiles its own libraries first.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offshoot-git-sync-'));
  program = join(folder, 'git-sync');
  await buildGitSync(join(gitSync.source, 'src'), program);
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

/** Repositories on a real git server, of which `dags` is what git-sync follows. */
async function aWorld() {
  const served = await temporaryFolder();
  const root = join(await temporaryFolder(), 'git');

  async function aRepository(name: string, files: Record<string, string>, submodules: string[] = []) {
    const work = join(served, name);
    await mkdir(work);
    await git(work, 'init', '-q', '-b', 'main', '.');
    for (const [path, text] of Object.entries(files)) await writeFile(join(work, path), text);
    for (const one of submodules) {
      const head = await git(join(served, one), 'rev-parse', 'HEAD');
      await git(work, 'update-index', '--add', '--cacheinfo', `160000,${head},${one}`);
      await git(work, 'config', '--file', '.gitmodules', `submodule.${one}.path`, one);
      await git(work, 'config', '--file', '.gitmodules', `submodule.${one}.url`, `../${one}`);
    }
    await git(work, 'add', ...Object.keys(files), ...(submodules.length ? ['.gitmodules'] : []));
    await git(work, 'commit', '-q', '-m', name);
  }

  async function follow() {
    const url = await gitDaemon(served, 'dags');
    const flags = [`--repo=${url}`, '--ref=refs/heads/main', `--root=${root}`, '--link=current'];
    const child = spawn(program, [...flags, '--period=100ms', '--depth=1', `--git=${SCRIPT}`], {
      env: { PATH: process.env['PATH'] },
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill('SIGKILL'));
  }

  const [shell = '', ...words] = submodulesProbe(root).exec.command;
  return {
    served,
    aRepository,
    follow,
    read: (path: string) => readFile(join(root, 'current', path), 'utf8'),
    report: join(root, 'submodules.failed'),
    probe: () => {
      const { status, stdout } = spawnSync(shell, words, { encoding: 'utf8' });
      return { status, said: stdout };
    },
  };
}

test('B12: submodules are fetched, and theirs', async () => {
  const { aRepository, follow, read, probe } = await aWorld();
  await aRepository('deep', { 'deep.py': 'deep' });
  await aRepository('common', { 'common.py': 'common' }, ['deep']);
  await aRepository('dags', { 'dag.py': 'dag' }, ['common']);
  await follow();
  await eventually(async () => expect(await read('common/deep/deep.py')).toBe('deep'));
  expect([await read('dag.py'), await read('common/common.py')]).toEqual(['dag', 'common']);
  expect(probe()).toEqual({ status: 0, said: '' });
});

test('B12: one that cannot be fetched is named and stops nothing else, and comes once it can be', async () => {
  const { served, aRepository, follow, read, report, probe } = await aWorld();
  for (const name of ['deep', 'secret lib', 'tools']) await aRepository(name, { [`${name}.py`]: name });
  await aRepository('common', { 'common.py': 'common' }, ['deep']);
  await aRepository('dags', { 'dag.py': 'dag' }, ['common', 'secret lib', 'tools']);
  await rename(join(served, 'deep'), join(served, 'hidden-deep'));
  await rename(join(served, 'secret lib'), join(served, 'hidden'));
  await follow();
  await eventually(async () => expect(await read('dag.py')).toBe('dag'));
  expect([await read('common/common.py'), await read('tools/tools.py')]).toEqual(['common', 'tools']);
  const { status, said } = probe();
  expect(status).toBe(1);
  const told = said.trim().split('\n');
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^Submodule common\/deep cannot be fetched: .*deep/);
  expect(told[1]).toMatch(/^Submodule secret lib cannot be fetched: .*secret lib/);

  await rename(join(served, 'hidden-deep'), join(served, 'deep'));
  await rename(join(served, 'hidden'), join(served, 'secret lib'));
  // As if it had been tried five minutes ago.
  const before = Date.now() / 1_000 - 300;
  await utimes(report, before, before);
  await eventually(async () => expect(await read('secret lib/secret lib.py')).toBe('secret lib'));
  expect(await read('common/deep/deep.py')).toBe('deep');
  await eventually(async () => expect(probe()).toEqual({ status: 0, said: '' }));
});

test('B12: an error of git itself is still an error', () => {
  const { status, stderr } = spawnSync(SCRIPT, ['rev-parse', '--verify', 'no-such-ref'], {
    encoding: 'utf8',
  });
  expect(status).not.toBe(0);
  expect(stderr).toContain('fatal:');
});
