import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withBuildLock } from '../../../sandbox/images/build/build-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-lock-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('lets one work at a time, and says who is waited for', async () => {
  let working = 0;
  const said: string[] = [];
  const work = async (): Promise<number> => {
    const atOnce = ++working;
    await sleep(20);
    working--;
    return atOnce;
  };
  const lock = join(folder, 'lock');
  const log = (line: string): number => said.push(line);
  expect(await Promise.all([1, 2, 3].map(() => withBuildLock(lock, log, work)))).toEqual([1, 1, 1]);
  expect(said[0]).toContain(`waiting for process ${process.pid}`);
  expect(await readdir(folder)).toEqual([]);
});

it('takes over from a process that is gone', async () => {
  await writeFile(join(folder, 'lock'), '4194305'); // more than Linux ever gives
  expect(
    await withBuildLock(
      join(folder, 'lock'),
      () => {},
      async () => 'done',
    ),
  ).toBe('done');
});

it('is free again after a failure', async () => {
  const lock = join(folder, 'lock');
  const failing = withBuildLock(
    lock,
    () => {},
    async () => Promise.reject(new Error('no disk')),
  );
  await expect(failing).rejects.toThrow('no disk');
  expect(await readdir(folder)).toEqual([]);
});
