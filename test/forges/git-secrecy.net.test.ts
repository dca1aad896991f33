import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sweepCredentials } from '../../src/forges/git/credentials.ts';
import { lsRemoteHeads } from '../../src/forges/git/ls-remote.ts';
import { PASSWORD } from './git-world.ts';
import type { AddressInfo } from 'node:net';

/** Asks for credentials, and never answers who gives them. */
async function aSilentServer() {
  let asked: (header: string) => void = () => undefined;
  const authorised = new Promise<string>((resolve) => (asked = resolve));
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    if (authorization) return asked(authorization);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="DAGs"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dags.git`, authorised };
}

interface Running {
  pid: number;
  parent: number;
  commandLine: string;
  environment: string;
}

/** Every process that was started by this one, directly or not. */
async function descendants(): Promise<Running[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
  const all = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      parent: Number((await read(pid, 'stat')).replace(/^.*\) \S+ /s, '').split(' ')[0]),
      commandLine: await read(pid, 'cmdline'),
      environment: await read(pid, 'environ'),
    })),
  );
  const found = new Set([process.pid]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => pid !== process.pid && found.has(pid));
}

test('while git waits for the host, no process shows the password, and afterwards none is left', async () => {
  const { url, authorised } = await aSilentServer();
  const listing = lsRemoteHeads(
    url,
    { credentials: { username: 'offshoot', password: PASSWORD } },
    2_500,
  ).catch((error: unknown) => error);
  expect(Buffer.from((await authorised).split(' ')[1] ?? '', 'base64').toString()).toBe(
    `offshoot:${PASSWORD}`,
  );

  const running = (await descendants()).filter(({ commandLine }) => commandLine.includes(url));
  expect(running.length).toBeGreaterThanOrEqual(2); // git, and the helper that speaks HTTP
  for (const { commandLine, environment } of running) {
    expect(commandLine).not.toContain(PASSWORD);
    expect(environment).not.toContain(PASSWORD);
    expect(environment).not.toBe('');
    expect(environment).not.toMatch(/KUBECONFIG|npm_|VITEST/); // nothing of ours either
  }

  expect(await listing).toMatchObject({
    reason: 'GitUnreachable',
    message: `${url} did not answer within 2.5 s.`,
  });
  const pids = running.map(({ pid }) => pid);
  await vi.waitFor(
    async () => expect((await descendants()).filter(({ pid }) => pids.includes(pid))).toEqual([]),
    { timeout: 10_000 },
  );
  await vi.waitFor(async () => expect(await alive(pids)).toEqual([]), { timeout: 10_000 });
});

/** Also those that nobody is parent of any more. */
async function alive(pids: number[]): Promise<number[]> {
  const states = await Promise.all(
    pids.map(async (pid) => ({ pid, state: await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '') })),
  );
  return states.filter(({ state }) => state !== '' && !/\) Z /.test(state)).map(({ pid }) => pid);
}

test('what a killed Offshoot laid out is taken away by the next one, and nothing else is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-sweep-'));
  const ended = spawnSync('true').pid;
  const names = [
    `offshoot-git-${ended}-a1b2c3`,
    `offshoot-git-${process.ppid}-d4e5f6`,
    'offshoot-git-notes',
    'other',
  ];
  for (const name of names) await mkdir(join(folder, name));
  await sweepCredentials(folder);
  expect((await readdir(folder)).sort()).toEqual(names.slice(1).sort());
  await rm(folder, { recursive: true });
});
