import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { down, up } from '../../sandbox/api.ts';
import { stateFolder } from '../../sandbox/base/folders.ts';
import { run, tryRun } from '../../sandbox/base/run.ts';
import { stopProcess } from '../../sandbox/base/stop-process.ts';
import { waitFor } from '../../sandbox/base/wait.ts';
import { pathsOf, readState } from '../../sandbox/cluster/state.ts';
import { readSysctls } from '../../sandbox/node/sysctls.ts';
import { holdingTheNode } from '../support/e2e/stage-lock.ts';
import { onNode } from '../support/e2e/tier.ts';

const name = 'node';
const { folder } = pathsOf(join(stateFolder(), name));
const image = 'postgres:17';

/** What a node could leave on a machine. Other programs run here too: only what is like a node's counts. */
async function machine() {
  const lines = (text: string, like: RegExp) =>
    text
      .split('\n')
      .filter((line) => like.test(line))
      .sort();
  const rules = async (family: string) => lines((await tryRun(`${family}-save`, [])).stdout, /^[^#]/);
  const programs = (await readdir('/proc'))
    .filter((entry) => /^\d+$/.test(entry))
    .map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      // Of its arguments the program alone: control planes on this machine name kubelets in theirs.
      const program = command.split('\0')[0]!;
      return command.includes(folder) || /(containerd|kubelet)/.test(basename(program))
        ? [`${pid} ${command}`]
        : [];
    });
  return {
    mounts: lines(
      await readFile('/proc/self/mountinfo', 'utf8'),
      /kubelet|containerd|cni|offshoot|netns|\/pods\//,
    ),
    links: lines(await run('ip', ['-o', 'link']), /offshoot|veth/),
    routes: lines(await run('ip', ['route']), /./),
    rules: [await rules('iptables'), await rules('ip6tables')],
    cgroups: lines((await tryRun('find', ['/sys/fs/cgroup', '-type', 'd'])).stdout, /offshoot|kubepods/),
    programs: (await Promise.all(programs)).flat(),
    sysctls: await readSysctls(),
    places: (await Promise.all(['/var/lib', '/var/log', '/run'].map((path) => readdir(path)))).map((names) =>
      names.filter((entry) => /kube|cni|containerd|pods|offshoot|netns/.test(entry)),
    ),
  };
}

async function runPods(kubectl: (...args: string[]) => Promise<string>): Promise<void> {
  const command = ['sh', '-c', 'getent hosts kubernetes.default.svc.cluster.local && sleep 600'];
  for (const pod of ['one', 'two']) {
    await kubectl('run', pod, '--restart=Never', `--image=${image}`, '--command', '--', ...command);
    await kubectl('wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=60s');
  }
  const found = await waitFor(() => kubectl('logs', 'one'), { timeout: 20_000 });
  expect(found).toContain('kubernetes.default.svc.cluster.local');
}

onNode('a node', () => {
  // Whoever else uses the node comes first: this takes it away.
  afterAll(() => holdingTheNode('ending the test of the node', () => down({ name })));

  it.each(['in order', 'by force, half of it dead'])(
    'goes %s and leaves the machine as it was',
    (how) => holdingTheNode('testing the node', () => comesAndGoes(how)),
    1_800_000,
  );
});

async function comesAndGoes(how: string): Promise<void> {
  await down({ name });
  const before = await machine();
  const sandbox = await up({ size: 'node' });
  const kubectl = (...args: string[]) => run(sandbox.kubectl, ['--kubeconfig', sandbox.kubeconfig, ...args]);
  await sandbox.addImages([image]);
  await runPods(kubectl);
  await expect(up({ size: 'node', name: 'second' })).rejects.toThrow(
    /has a node already: node, process \d+, since/,
  );
  if (how !== 'in order') {
    const { processes } = (await readState(pathsOf(folder)))!;
    for (const program of ['kube-apiserver', 'containerd', 'mounts'])
      await stopProcess(processes[program]!, 0);
  }
  await sandbox.down();
  expect(await machine()).toEqual(before);
}
