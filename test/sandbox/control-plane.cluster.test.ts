import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { down, status, up } from '../../sandbox/api.ts';
import { stateFolder } from '../../sandbox/base/folders.ts';
import { isAlive } from '../../sandbox/base/process-identity.ts';
import { stopProcess } from '../../sandbox/base/stop-process.ts';
import { run, tryRun } from '../../sandbox/base/run.ts';
import { markedProcesses } from '../../sandbox/cluster/marked-processes.ts';
import { pathsOf, readState } from '../../sandbox/cluster/state.ts';

const name = `test-${process.pid}`;
const paths = pathsOf(join(stateFolder(), name));
afterAll(() => down({ name }));

it('comes up, is itself again at the second call, heals when half of it died, and goes without a trace', async () => {
  const sandbox = await up({ size: 'control-plane', name });
  const kubectl = (kubeconfig: string, ...args: string[]) => ['--kubeconfig', kubeconfig, ...args];
  expect(await run(sandbox.kubectl, kubectl(sandbox.kubeconfig, 'get', '--raw', '/readyz'))).toBe('ok');
  expect((await up({ size: 'control-plane', name })).server).toBe(sandbox.server);
  expect(await status({ name })).toMatchObject([{ name, wrong: undefined }]);

  // A user of our own: RBAC decides about it, and the audit log tells it apart.
  const user = await sandbox.issueKubeconfig('somebody', ['some-group']);
  const refused = await tryRun(sandbox.kubectl, kubectl(user, 'get', 'secrets'));
  expect(refused.stderr).toContain('User "somebody" cannot list resource "secrets"');
  const audited = (await readFile(sandbox.auditLog, 'utf8')).trim().split('\n');
  const events = audited.map((line) => JSON.parse(line) as { stage: string; user: { username: string } });
  expect(events.filter(({ user }) => user.username === 'somebody').length).toBeGreaterThan(0);
  expect(events.filter(({ stage }) => stage === 'RequestReceived')).toEqual([]);

  const before = (await readState(paths))!.processes;
  await stopProcess(before.etcd!, 0);
  expect(await status({ name })).toMatchObject([{ wrong: 'etcd ended' }]);
  const again = await up({ size: 'control-plane', name });
  expect(await run(again.kubectl, kubectl(again.kubeconfig, 'get', '--raw', '/readyz'))).toBe('ok');
  expect(Object.values(before).filter(isAlive)).toEqual([]);

  await again.down();
  expect(await markedProcesses(paths.folder)).toEqual([]);
  expect(existsSync(paths.folder)).toBe(false);
  expect(await status({ name })).toEqual([]);
}, 900_000);
