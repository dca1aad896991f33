import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { auditRequests } from '../../demo/oracle/audit-requests.ts';
import { describeIdentity, leftOver } from '../../demo/oracle/left-over.ts';
import { memory } from '../../demo/oracle/memory.ts';
import { nodesWithoutLease } from '../../demo/oracle/settled-snapshot.ts';
import type { Identity } from '../../demo/oracle/snapshot.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const secret = (name: string, uid: string): Identity => ({ resource: 'secrets', namespace: 'a', name, uid });

test('left over is what has another uid too: the same name made again is not the same object', () => {
  const before = [secret('kept', '1'), secret('remade', '2')];
  const after = [secret('kept', '1'), secret('remade', '3'), secret('new', '4')];
  expect(leftOver(before, after).map(describeIdentity)).toEqual([
    'secrets a/remade (3)',
    'secrets a/new (4)',
  ]);
  expect(leftOver(after, after)).toEqual([]);
});

test('a cluster has not come to rest while a node lacks its Lease', () => {
  const node: Identity = { resource: 'nodes', namespace: '', name: 'node', uid: '1' };
  const lease = (namespace: string): Identity => ({
    ...node,
    resource: 'leases.coordination.k8s.io',
    namespace,
  });
  expect(nodesWithoutLease([node, lease('kube-system')])).toEqual([node]);
  expect(nodesWithoutLease([node, lease('kube-node-lease')])).toEqual([]);
});

test('requests are counted by exact user, within the instants, once however many stages they had', async () => {
  const file = join(await temporaryFolder(), 'audit.log');
  const event = (auditID: string, username: string, second: number): string =>
    JSON.stringify({
      auditID,
      user: { username },
      requestReceivedTimestamp: `2026-11-20T10:00:0${second}.123456Z`,
    });
  const lines = [
    event('before', 'offshoot', 1),
    event('a', 'offshoot', 3),
    event('a', 'offshoot', 3),
    event('b', 'offshoot', 4),
    event('other', 'offshoot-airflow', 4),
    event('after', 'offshoot', 7),
    '{"auditID":"torn","user":{"username":"offsho',
  ];
  await writeFile(file, lines.join('\n'));
  const at = (second: number): Date => new Date(`2026-11-20T10:00:0${second}Z`);
  expect(await auditRequests(file, 'offshoot', at(2), at(6))).toBe(2);
});

test('memory is what the kernel says of a process that lives', async () => {
  expect(await memory(process.pid)).toBeGreaterThan(10);
  const child = execFile('sleep', ['0']);
  onTestFinished(() => void child.kill());
  await new Promise((resolve) => child.once('exit', resolve));
  await expect(memory(child.pid!)).rejects.toThrow();
});

test('the judge is independent: nothing in demo/ imports from src/', async () => {
  const demo = new URL('../../demo/', import.meta.url).pathname;
  const files = (await readdir(demo, { recursive: true })).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(10);
  for (const file of files)
    expect(await readFile(join(demo, file), 'utf8'), file).not.toMatch(/from '[./]*\/src\//);
});
