import { spawn } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { startGitServer } from '../../demo/git-server/git-server.ts';
import { git } from '../support/git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { AddressInfo } from 'node:net';

/** A bare repository with one commit and these refs besides `refs/heads/main`; gives the commit. */
export async function aRepository(folder: string, refs: string[] = []): Promise<string> {
  await git(folder, 'init', '-q', '--bare', '-b', 'main', '.');
  const tree = await git(folder, 'hash-object', '-t', 'tree', '-w', '/dev/null');
  const commit = await git(folder, 'commit-tree', tree, '-m', 'Nothing yet');
  for (const ref of ['refs/heads/main', ...refs]) await git(folder, 'update-ref', ref, commit);
  return commit;
}

/** The names that git takes for a branch. */
export async function namesThatGitTakes(folder: string, names: readonly string[]): Promise<string[]> {
  const taken = await Promise.all(
    names.map((name) =>
      git(folder, 'check-ref-format', `refs/heads/${name}`).then(
        () => [name],
        () => [],
      ),
    ),
  );
  return taken.flat();
}

/** A real `git daemon` over a folder that holds this repository. */
export async function gitDaemon(folder: string, repository = 'dags.git'): Promise<string> {
  const port = await freePort();
  const child = spawn(
    'git',
    ['daemon', `--base-path=${folder}`, '--export-all', '--listen=127.0.0.1', `--port=${port}`, folder],
    { stdio: 'ignore', detached: true },
  );
  onTestFinished(() => void (child.pid && process.kill(-child.pid)));
  const url = `git://127.0.0.1:${port}/${repository}`;
  await vi.waitFor(() => git(folder, 'ls-remote', url), { timeout: 10_000, interval: 50 });
  return url;
}

/** Adds this many refs that are no branches, as pull requests leave them; by hand, for git takes its time over each. */
export async function addPullRequests(folder: string, count: number, commit: string): Promise<void> {
  await git(folder, 'pack-refs', '--all');
  const numbers = Array.from({ length: count }, (_, at) => String(at).padStart(6, '0'));
  // Sorted: after refs/heads.
  await appendFile(
    join(folder, 'packed-refs'),
    numbers.map((number) => `${commit} refs/pull/${number}/head\n`).join(''),
  );
}

/** The same URL through a proxy that counts what the host answers. */
export async function counted(url: string): Promise<{ url: string; bytes: () => number }> {
  const { hostname, port } = new URL(url);
  let bytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    upstream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    client.pipe(upstream).pipe(client);
    for (const one of [client, upstream]) one.on('error', () => (client.destroy(), upstream.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const proxied = url.replace(`${hostname}:${port}`, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { url: proxied, bytes: () => bytes };
}

export const PASSWORD = 'correct-horse-battery-staple';

/** A real `git http-backend` that lets in `offshoot` with the password, over an empty `dags.git`. */
export async function httpServer() {
  const folder = await temporaryFolder();
  const server = await startGitServer({
    folder,
    host: '127.0.0.1',
    repository: { owner: 'acme', name: 'dags', id: 1 },
    accounts: [{ user: 'offshoot', token: PASSWORD, may: 'read' }],
  });
  onTestFinished(() => server.stop());
  return { url: server.cloneUrl, repository: join(folder, 'dags.git') };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
