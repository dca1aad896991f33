import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhooks } from '@octokit/webhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Delivery } from '../../demo/git-server/deliver.ts';
import { startGitServer } from '../../demo/git-server/git-server.ts';
import { git } from '../support/git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { webhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const SECRET = 'correct horse';
const ZERO = '0'.repeat(40);

interface World {
  readonly clone: string;
  readonly receiver: WebhookReceiver;
  readonly deliveries: readonly Delivery[];
  readonly errors: readonly unknown[];
  readonly remote: (user: string) => string;
}

/** A server with one repository, and a clone of it in which one commit waits on `feature/hardy`. */
async function aServer(): Promise<World> {
  const folder = await temporaryFolder();
  const receiver = await webhookReceiver();
  const [deliveries, errors]: [Delivery[], unknown[]] = [[], []];
  const served = join(folder, 'served');
  await mkdir(served);
  const server = await startGitServer({
    folder: served,
    host: '127.0.0.1',
    repository: { owner: 'acme', name: 'dags', id: 4711 },
    accounts: [
      { user: 'dana', token: 'write-token', may: 'write' },
      { user: 'offshoot', token: 'read-token', may: 'read' },
    ],
    onDelivery: (delivery) => deliveries.push(delivery),
    onError: (error) => errors.push(error),
  });
  onTestFinished(server.stop);
  server.addWebhook({ url: receiver.url, secret: SECRET });
  const tokens: Record<string, string> = { dana: 'write-token', offshoot: 'read-token' };
  const remote = (user: string): string =>
    server.cloneUrl.replace('//', `//${user}:${tokens[user] ?? 'wrong'}@`);
  const clone = join(folder, 'clone');
  await git(folder, 'init', '-q', '-b', 'feature/hardy', clone);
  await git(clone, 'remote', 'add', 'origin', remote('dana'));
  await commit(clone, 'dags/hello.py', 'print("hello")\n', 'Say hello');
  return { clone, receiver, deliveries, errors, remote };
}

async function commit(clone: string, file: string, content: string, message: string): Promise<string> {
  await mkdir(join(clone, file, '..'), { recursive: true });
  await writeFile(join(clone, file), content);
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '-q', '-m', message);
  return git(clone, 'rev-parse', 'HEAD');
}

test('a new branch is told by a create and a push, both signed over their exact bytes', async () => {
  const { clone, receiver, errors } = await aServer();
  const head = await git(clone, 'rev-parse', 'HEAD');
  await git(clone, 'push', '-q', 'origin', 'feature/hardy');

  const received = await receiver.received(2);
  expect(received.map(({ event }) => event).sort()).toEqual(['create', 'push']);
  const { verify } = new Webhooks({ secret: SECRET });
  for (const { body, signature } of received) expect(await verify(body, signature)).toBe(true);
  const payload = (event: string): unknown => received.find((one) => one.event === event)?.payload;
  expect(payload('create')).toMatchObject({
    ref: 'feature/hardy',
    ref_type: 'branch',
    repository: { id: 4711, full_name: 'acme/dags' },
    sender: { login: 'dana' },
  });
  expect(payload('push')).toMatchObject({
    ref: 'refs/heads/feature/hardy',
    before: ZERO,
    after: head,
    created: true,
    deleted: false,
    pusher: { name: 'dana' },
    head_commit: { id: head, message: 'Say hello', added: ['dags/hello.py'], modified: [] },
  });
  expect(new Set(received.map(({ delivery }) => delivery)).size).toBe(2);
  expect(errors).toEqual([]);
});

test('a further commit is told by a push alone, with what it changed', async () => {
  const { clone, receiver } = await aServer();
  const before = await git(clone, 'rev-parse', 'HEAD');
  await git(clone, 'push', '-q', 'origin', 'feature/hardy');
  await receiver.received(2);
  const after = await commit(clone, 'dags/hello.py', 'print("again")\n', 'Say it again');
  await git(clone, 'push', '-q', 'origin', 'feature/hardy');

  const received = await receiver.received(3);
  expect(received[2]).toMatchObject({ event: 'push', payload: { before, after, created: false } });
  expect(received[2]?.payload.commits).toMatchObject([{ id: after, modified: ['dags/hello.py'] }]);
});

test('a deleted branch is told by a delete and a push that says deleted', async () => {
  const { clone, receiver } = await aServer();
  const before = await git(clone, 'rev-parse', 'HEAD');
  await git(clone, 'push', '-q', 'origin', 'feature/hardy', 'HEAD:refs/heads/main');
  await receiver.received(4);
  await git(clone, 'push', '-q', 'origin', '--delete', 'feature/hardy');

  const [one, other] = (await receiver.received(6)).slice(4).sort((a, b) => a.event.localeCompare(b.event));
  expect(one).toMatchObject({ event: 'delete', payload: { ref: 'feature/hardy', ref_type: 'branch' } });
  expect(other).toMatchObject({
    event: 'push',
    payload: { ref: 'refs/heads/feature/hardy', before, after: ZERO, deleted: true, head_commit: null },
  });
});

test('a tag is told as a tag', async () => {
  const { clone, receiver } = await aServer();
  await git(clone, 'tag', 'v1');
  await git(clone, 'push', '-q', 'origin', 'v1');
  const created = (await receiver.received(2)).find(({ event }) => event === 'create');
  expect(created?.payload).toMatchObject({ ref: 'v1', ref_type: 'tag' });
});

test('the repository is private: nobody reads it without a token, and the read token cannot push', async () => {
  const { clone, remote } = await aServer();
  await git(clone, 'push', '-q', 'origin', 'feature/hardy');
  await expect(git(clone, 'ls-remote', remote('stranger'))).rejects.toThrow(/Authentication failed/);
  await expect(git(clone, 'ls-remote', remote('dana').replace(/\/\/.*@/, '//'))).rejects.toThrow(
    /could not read Username/,
  );
  expect(await git(clone, 'ls-remote', '--heads', remote('offshoot'))).toContain('refs/heads/feature/hardy');
  await expect(git(clone, 'push', '-q', remote('offshoot'), 'HEAD:refs/heads/feature/no')).rejects.toThrow(
    /403/,
  );
});

test('a shallow clone of one branch works, as git-sync makes it', async () => {
  const { clone, remote } = await aServer();
  await git(clone, 'push', '-q', 'origin', 'feature/hardy');
  const folder = await temporaryFolder();
  await git(folder, 'clone', '-q', '--depth=1', '--branch=feature/hardy', remote('offshoot'), 'copy');
  expect(await git(join(folder, 'copy'), 'ls-files')).toBe('dags/hello.py');
});

test('a branch whose name is hostile arrives unchanged', async () => {
  const { clone, receiver } = await aServer();
  const hostile = 'feature/$({curl,evil})`id`\'"|&;é';
  await git(clone, 'push', '-q', 'origin', `HEAD:refs/heads/${hostile}`);
  const created = (await receiver.received(2)).find(({ event }) => event === 'create');
  expect(created?.payload.ref).toBe(hostile);
});

test('a push succeeds while the receiver is down, and the lost delivery is told', async () => {
  const { clone, receiver, deliveries } = await aServer();
  await receiver.stop();
  await git(clone, 'push', '-q', 'origin', 'feature/hardy');
  await vi.waitFor(() => expect(deliveries).toHaveLength(2));
  expect(deliveries.map(({ outcome }) => outcome)).toEqual([
    { lost: expect.stringContaining('ECONNREFUSED') as string },
    { lost: expect.stringContaining('ECONNREFUSED') as string },
  ]);
});

test('a pack larger than what git sends in one piece arrives whole', async () => {
  const { clone, remote } = await aServer();
  const { randomBytes } = await import('node:crypto');
  await writeFile(join(clone, 'large.bin'), randomBytes(3 * 1024 * 1024));
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '-q', '-m', 'Large');
  await git(clone, 'push', '-q', 'origin', 'feature/hardy');
  const { stdout } = await promisify(execFile)('git', [
    'ls-remote',
    remote('offshoot'),
    'refs/heads/feature/hardy',
  ]);
  expect(stdout).toContain(await git(clone, 'rev-parse', 'HEAD'));
});
