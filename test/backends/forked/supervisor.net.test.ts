import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { supervised } from './supervised.ts';
import type { AddressInfo } from 'node:net';

const PARTS = ['api-server', 'scheduler', 'dag-processor', 'triggerer'];
const UP = /^(.*) \| up as a fork/;
const STAYS = 'import time\nprint("up as a fork", flush=True)\ntime.sleep(3600)\n';

/** The processes that are alive, or dead and not yet taken in. */
const isThere = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    () => true,
    () => false,
  );
const pidOf = async (all: Awaited<ReturnType<typeof supervised>>, part: string) =>
  Number((await all.says(new RegExp(`^airflow \\| .*: ${part} starts as .*, pid (\\d+)`))).at(-1)![1]);

test('four parts are copies of one process that has imported Airflow, each with Airflow’s own command', async () => {
  const all = await supervised({ 'import.py': 'print("imported by", __import__("os").getpid())' });
  const up = await all.says(UP, 4);
  expect(up.map(([, part]) => part).sort()).toEqual([...PARTS].sort());
  expect(all.lines().filter((line) => line.includes('imported by'))).toEqual([
    `airflow | imported by ${all.pid}`,
  ]);
  expect(all.lines()).toEqual(
    expect.arrayContaining([
      'api-server | the app is built',
      'api-server | up as a fork api-server --proxy-headers',
      'scheduler | up as a fork scheduler --skip-serve-logs',
      'dag-processor | up as a fork dag-processor',
      'triggerer | up as a fork triggerer --skip-serve-logs',
    ]),
  );
});

test('whatever a part prints comes line by line under its name', async () => {
  const scheduler = `
import os
os.write(1, b"half "); os.write(2, b"a line\\n\\nnot UTF-8: \\xff\\n" + b"x" * 200_000 + b"\\nno end")
os._exit(1)`;
  const all = await supervised({ 'scheduler.py': scheduler });
  await all.says(/^airflow \| .*: scheduler ended/);
  const lines = all.lines().filter((line) => line.startsWith('scheduler | '));
  expect(lines.slice(0, 3)).toEqual([
    'scheduler | half a line',
    'scheduler | ',
    'scheduler | not UTF-8: \xff',
  ]);
  expect(
    lines
      .filter((line) => line.includes('xxx'))
      .map((line) => line.length - 12)
      .reduce((a, b) => a + b),
  ).toBe(200_000);
  expect(lines.at(-1)).toBe('scheduler | no end');
  expect(
    all.lines().filter((line) => !/^(airflow|api-server|scheduler|dag-processor|triggerer) \| /.test(line)),
  ).toEqual([]);
});

test('no part begins before the database listens and has its schema', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const all = await supervised(
    { 'db.py': 'import time\nprint("migrating")\ntime.sleep(0.3)\nprint("migrated")' },
    port,
  );
  await all.says(/^api-server \| the app is built/);
  expect(all.lines().some((line) => line.includes('migrating'))).toBe(false);
  server.listen(port, '127.0.0.1');
  await all.says(UP, 4);
  server.close();
  const told = all.lines().map((line) => line.replace(/^(.*) \| (up|migrated).*/, '$2'));
  expect(told.indexOf('migrated')).toBeLessThan(told.indexOf('up'));
});

test.each([
  ['is there', 'found = ["head"]', 0],
  ['is that of an older Airflow', 'found = ["an old one"]', 1],
  [
    'is there once the database, which listens already, has started',
    `
from sqlalchemy.exc import OperationalError
tried = play / "tried"
if not tried.exists(): tried.touch(); raise OperationalError("the database system is starting up")
found = ["head"]`,
    0,
  ],
])('a schema that %s is migrated only if it has to be', async (_title, schema, times) => {
  const all = await supervised({ 'schema.py': schema, 'db.py': 'print("migrating all")' });
  await all.says(UP, 4);
  expect(all.lines().filter((line) => line.endsWith('| migrating all'))).toHaveLength(times);
});

test('a schema that cannot be made is tried again, and the parts wait', async () => {
  const db = `
import sys
from airflow import play
tried = play / "tried"
if not tried.exists(): tried.touch(); sys.exit("no such role")`;
  const all = await supervised({ 'db.py': db });
  await all.says(UP, 4);
  expect(all.lines()).toContainEqual(
    expect.stringMatching(/db migrate ended with exit code 1: no such role$/),
  );
});

test.each(PARTS)('a %s that is killed is forked again, and the others do not notice', async (part) => {
  const all = await supervised();
  await all.says(UP, 4);
  const before = new Map<string, number>();
  for (const one of PARTS) before.set(one, await pidOf(all, one));
  process.kill(before.get(part)!, 'SIGKILL');
  await all.says(new RegExp(`^${part} \\| up as a fork`), 2);
  for (const [one, pid] of before) expect(await isThere(pid), one).toBe(one !== part);
  expect(all.lines()).toContainEqual(
    expect.stringMatching(`: ${part} ended by signal SIGKILL: up as a fork`),
  );
});

test('what a dead part leaves behind is ended, and no zombie stays', async () => {
  const scheduler = `
import os, sys, time
for _ in range(3):
    if os.fork() == 0:
        os.setpgid(0, 0)
        print("left behind", os.getpid(), flush=True)
        time.sleep(3600)
time.sleep(0.2)
os._exit(7)`;
  const all = await supervised({ 'scheduler.py': scheduler });
  const orphans = await all.says(/left behind (\d+)/, 3);
  await all.says(/: scheduler ended with exit code 7/);
  await all.says(/: scheduler starts as/, 2);
  await expect
    .poll(() => Promise.all(orphans.slice(0, 3).map(([, pid]) => isThere(Number(pid)))))
    .toEqual([false, false, false]);
});

test('a part that goes on dying ends all, and says which and why', async () => {
  const all = await supervised({
    'triggerer.py': 'import sys\nprint("one thing")\nsys.exit("no trigger at all" + "!" * 5_000)',
  });
  expect(await all.ends()).toBe(1);
  const said = await all.lastWords();
  expect(said).toMatch(
    /^triggerer ended 5 times within 300 s, last with exit code 1\. Its last line: no trigger at all!+$/,
  );
  expect(said!.length).toBeLessThanOrEqual(300);
  expect(all.lines().at(-1)).toMatch(/^airflow \| .*giving up: triggerer ended 5 times/);
  for (const part of PARTS) expect(await isThere(await pidOf(all, part)), part).toBe(false);
});

test('a part that the kernel killed for memory is told apart from one that somebody killed', async () => {
  const scheduler = `
import os, signal
from airflow import play
(play / "memory.events").write_text("oom 1\\noom_kill 1\\n")
os.kill(os.getpid(), signal.SIGKILL)`;
  const all = await supervised({ 'scheduler.py': scheduler, 'memory.events': 'oom 0\noom_kill 0\n' });
  await all.says(/scheduler ended killed because the container exceeded its memory limit/);
  await all.says(/scheduler ended by signal SIGKILL/);
});

test('told to stop, it ends all parts, those that would not as well', async () => {
  const deaf = `import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n${STAYS}`;
  const all = await supervised({ 'scheduler.py': deaf });
  await all.says(UP, 4);
  const pids = await Promise.all(PARTS.map((part) => pidOf(all, part)));
  all.stop();
  expect(await all.ends()).toBe(0);
  expect(await Promise.all(pids.map(isThere))).toEqual([false, false, false, false]);
  expect(await all.lastWords()).toBeUndefined();
});

test('told to stop while it imports, it is gone', async () => {
  const all = await supervised({
    'import.py': 'import time\nprint("importing", flush=True)\ntime.sleep(3600)',
  });
  await all.says(/importing/);
  all.stop();
  expect(await all.ends()).toBe(0);
});

test.each<[why: string, play: Record<string, string>, said: RegExp]>([
  [
    'Airflow cannot be imported here',
    {
      'import.py':
        'import os\nif "airflow" not in os.environ.get("_", "") and not __import__("sys").argv[0].endswith("__main__.py") and __import__("sys").argv[0] != "-m": raise ImportError("another Python")',
    },
    /^airflow \| ImportError: another Python/,
  ],
  [
    'a library starts a thread',
    {
      'import.py':
        'import threading, time\nthreading.Thread(target=time.sleep, args=[3600], daemon=True, name="pool").start()',
    },
    /^airflow \| .*importing Airflow started threads, which do not survive a fork/,
  ],
])('where %s, each part is a process of its own', async (_why, play, said) => {
  const all = await supervised(play);
  await all.says(/^(.*) \| up as a process of its own/, 4);
  await all.says(said);
  await all.says(
    /^airflow \| .*each part runs as a separate process, which takes longer and uses more memory/,
  );
});

test('a part that has died twice as a fork is a process of its own from then on', async () => {
  const scheduler = `
import sys, time
if __import__("os").environ["SUPERVISED"] == str(__import__("os").getppid()) and "supervisor" in sys.modules: sys.exit("not as a fork")
print("up alone", flush=True)
time.sleep(3600)`;
  const all = await supervised({ 'scheduler.py': scheduler });
  await all.says(/^scheduler \| up alone/);
  expect(
    all
      .lines()
      .filter((line) => /scheduler starts as/.test(line))
      .map((line) => /as (.*),/.exec(line)?.[1]),
  ).toEqual(['a fork', 'a fork', 'a separate process']);
});

test('it has no open files but its own: nothing grows while parts come and go', async () => {
  const all = await supervised({
    'dag-processor.py':
      'from airflow import play\nimport time\ntried = play / "tried"\ncount = len(tried.read_text()) if tried.exists() else 0\ntried.write_text("x" * (count + 1))\nif count < 3: raise SystemExit(1)\nprint("up as a fork", flush=True)\ntime.sleep(3600)',
  });
  const files = async () => (await readdir(`/proc/${all.pid}/fd`)).length;
  await all.says(/dag-processor starts as/);
  await all.says(/^(api-server|scheduler|triggerer) \| up/, 3);
  await all.says(/^dag-processor \| up/);
  const settled = await files();
  process.kill(await pidOf(all, 'triggerer'), 'SIGKILL');
  await all.says(/^triggerer \| up/, 2);
  expect(await files()).toBe(settled);
});
