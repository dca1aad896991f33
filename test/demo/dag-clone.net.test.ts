import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { DagClone } from '../../demo/dag-clone.ts';
import { startGitServer } from '../../demo/git-server/git-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function aClone(): Promise<DagClone> {
  const [folder, served] = [await temporaryFolder(), await temporaryFolder()];
  const dana = { user: 'dana', token: 't0ken' };
  const server = await startGitServer({
    folder: served,
    host: '127.0.0.1',
    repository: { owner: 'acme', name: 'dags', id: 1 },
    accounts: [{ ...dana, may: 'write' }],
  });
  onTestFinished(server.stop);
  return DagClone.create({ folder, cloneUrl: server.cloneUrl, ...dana });
}

test('a branch has a source of its own, and its second commit a further DAG', async () => {
  const clone = await aClone();
  const first = await clone.branch('feature/hardy');
  await clone.push('feature/hardy');
  expect([...first.sources.keys()].sort()).toEqual(['every_minute', 'hello']);
  expect(first.sources.get('hello')).toContain('Hello from feature/hardy');
  const second = await clone.addDag('feature/hardy');
  expect([...second.sources.keys()].sort()).toEqual(['every_minute', 'farewell', 'hello']);
  await clone.push('feature/hardy');
  expect(await clone.git('ls-remote', 'origin', 'feature/hardy')).toContain(second.id);
  await clone.delete('feature/hardy');
  expect(await clone.git('ls-remote', 'origin', 'feature/hardy')).toBe('');
});

test('a person can go on in it with plain git: nothing is asked, and no token is in sight', async () => {
  const clone = await aClone();
  const plain = (...args: string[]): Promise<unknown> =>
    promisify(execFile)('git', ['-C', clone.folder, ...args], {
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    });
  await plain('switch', '--create', 'feature/mine', 'main');
  await plain('commit', '--allow-empty', '--message', 'Mine');
  await plain('push');
  await plain('push', 'origin', '--delete', 'feature/mine');
  expect(await readFile(join(clone.folder, '.git', 'config'), 'utf8')).not.toContain('t0ken');
});
