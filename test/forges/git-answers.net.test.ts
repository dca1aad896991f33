import { once } from 'node:events';
import { createServer } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createGit } from '../../src/forges/git/git.ts';
import { HEAD } from '../support/builders.ts';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host that gives this answer to whatever it is asked, and what a listing and a look-up make of it. */
async function saying(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dags.git`;
  const host = createGit().open({ url }, undefined);
  const settled = [host.listBranches(), host.lookUp('feature/kelp')].map((asked) =>
    asked.then(
      (came) => ({ came }),
      (error: unknown) => error,
    ),
  );
  return { url, settled };
}

const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
const advertised = (...lines: string[]) => `${line('# service=git-upload-pack\n')}0000${lines.join('')}`;
const SMART = { 'content-type': 'application/x-git-upload-pack-advertisement' };
const main = line(`${HEAD} refs/heads/main\0agent=git\n`);

test('what the tables below cut off is an answer that counts when it is whole', async () => {
  const { settled } = await saying((response) =>
    response.writeHead(200, SMART).end(`${advertised(main)}0000`),
  );
  expect(await Promise.all(settled)).toEqual([
    { came: new Map([['main', HEAD]]) },
    { came: { state: 'absent' } },
  ]);
});

// None of these says that a branch is absent.
test.each<[what: string, status: number, headers: Record<string, string>, body: string]>([
  ['503', 503, {}, 'no healthy upstream'],
  ['502 with a page', 502, { 'content-type': 'text/html' }, '<html></html>'],
  ['500', 500, {}, ''],
  ['429', 429, { 'retry-after': '60' }, ''],
  ['404', 404, {}, 'Not Found'],
  ['403', 403, {}, ''],
  ['410', 410, {}, ''],
  ['204', 204, {}, ''],
  ['200 []', 200, { 'content-type': 'application/json' }, '[]'],
  ['200 with a page', 200, { 'content-type': 'text/html' }, '<!doctype html><title>Log in</title>'],
  ['200 with nothing', 200, {}, ''],
  ['a smart answer with nothing', 200, SMART, ''],
  ['a smart answer without refs', 200, SMART, `${advertised()}0000`],
  ['a smart answer that ends after the first branch', 200, SMART, advertised(main)],
  ['a smart answer that ends in the middle of a branch', 200, SMART, advertised(main).slice(0, -20)],
  ['an error of the server after the first branch', 200, SMART, advertised(main, line('ERR disk full\n'))],
  ['refs of which none is a branch', 200, SMART, `${advertised(main.replace('heads', 'notes'))}0000`],
])('B20: %s is never an absent branch', async (_what, status, headers, body) => {
  const { settled } = await saying((response) => response.writeHead(status, headers).end(body));
  for (const came of await Promise.all(settled))
    expect(came).toMatchObject({ reason: expect.stringMatching(/^Git(Refused|Unreachable)$/) as string });
});

test('a git that is killed while it waits has listed nothing, and no branch is absent', async () => {
  const { url, settled } = await saying(() => undefined);
  let pids: number[] = [];
  await expect.poll(async () => (pids = await lsRemotes(url)).length, { timeout: 10_000 }).toBe(2);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  for (const came of await Promise.all(settled))
    expect(came).toMatchObject({
      reason: 'GitUnreachable',
      message: `${url} cannot be reached: git exited before it had listed everything.`,
    });
});

/** The processes of git itself that ask this URL; not the helpers that speak HTTP for them. */
async function lsRemotes(url: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')] as const),
  );
  return lines
    .filter(([, words]) => words.includes('\0ls-remote\0') && words.includes(url))
    .map(([pid]) => Number(pid));
}
