import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJson, writeAtomically } from '../../sandbox/base/atomic-file.ts';
import { withLock } from '../../sandbox/base/file-lock.ts';
import { cacheFolder, stateFolder } from '../../sandbox/base/folders.ts';
import { freePorts } from '../../sandbox/base/free-port.ts';
import { isAlive, parseStat, recordOf } from '../../sandbox/base/process-identity.ts';
import { run, tryRun } from '../../sandbox/base/run.ts';
import { stopProcess } from '../../sandbox/base/stop-process.ts';
import { assertName } from '../../sandbox/name.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offshoot-sandbox-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('folders and names', () => {
  it('follow the XDG variables, which may be empty', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/offshoot-sandbox');
    expect(stateFolder({ XDG_STATE_HOME: '/s' })).toBe('/s/offshoot-sandbox');
    expect(stateFolder({ XDG_STATE_HOME: '' })).toMatch(/\/\.local\/state\/offshoot-sandbox$/);
  });

  it.each(['', 'A', '../x', 'a/b', '-a', 'a-', 'x'.repeat(31)])(
    'refuses the name %j and says what is allowed',
    (name) => {
      expect(() => assertName(name)).toThrow(/Remedy: .*small letters/);
    },
  );
});

describe('processes', () => {
  it('are read right when their name holds spaces and parentheses', () => {
    const stat = `7 (a) b (c)) S ${Array.from({ length: 18 }, (_, index) => index).join(' ')} 4711 0 0`;
    expect(parseStat(stat)).toEqual({ state: 'S', startTicks: '4711' });
  });

  it('are never ended when the number belongs to a later one', async () => {
    const record = { ...recordOf(process.pid)!, started: 'an earlier boot/1' };
    expect(isAlive(record)).toBe(false);
    await stopProcess(record);
    expect(isAlive(recordOf(process.pid)!)).toBe(true);
  });

  it('that ignore SIGTERM are ended all the same', async () => {
    const child = spawn('sh', ['-c', 'trap "" TERM; echo on; while :; do sleep 0.1; done'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const record = recordOf(child.pid!)!;
    await stopProcess(record, 200);
    expect(isAlive(record)).toBe(false);
  });

  it('that fail say what they wrote, and one that does not exist is no exception for tryRun', async () => {
    await expect(run('sh', ['-c', 'echo broken >&2; exit 3'])).rejects.toThrow(/failed \(3\): broken/);
    expect((await tryRun('/no/such/program', [])).code).toBe('ENOENT');
  });
});

describe('a file', () => {
  it('is written as a whole and leaves no temporary one', async () => {
    const path = join(folder, 'deep', 'x.json');
    await Promise.all([1, 2, 3].map((value) => writeAtomically(path, JSON.stringify({ value }))));
    expect(await readJson(path)).toHaveProperty('value');
    expect(await readdir(join(folder, 'deep'))).toEqual(['x.json']);
    expect(await readJson(join(folder, 'nothing.json'))).toBeUndefined();
  });
});

describe('a lock', () => {
  it('lets one in at a time', async () => {
    const path = join(folder, 'a.lock');
    let inside = 0;
    const work = async () => {
      expect(++inside).toBe(1);
      await sleep(20);
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, { what: 'test', timeout: 5_000 }, work)));
    expect(await readdir(folder)).not.toContain('a.lock');
  });

  it('of a process that ended is taken over', async () => {
    const path = join(folder, 'b.lock');
    await writeFile(path, JSON.stringify({ pid: 1, started: 'before/0', what: 'old', since: '' }));
    expect(await withLock(path, { what: 'test', timeout: 2_000 }, async () => 'in')).toBe('in');
  });

  it('that is not given up in time names its holder', async () => {
    const path = join(folder, 'c.lock');
    await withLock(path, { what: 'building', timeout: 100 }, async () => {
      const second = withLock(path, { what: 'test', timeout: 100 }, async () => undefined);
      await expect(second).rejects.toThrow(new RegExp(`process ${process.pid} \\(building\\)`));
    });
  });
});

it('free ports are different, and can be listened on', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(ports[0], '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
});
