import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kubectlFor, type Kubectl } from '../../demo/kubectl.ts';
import { describeIdentity, leftOver } from '../../demo/oracle/left-over.ts';
import { settledSnapshot } from '../../demo/oracle/settled-snapshot.ts';
import { snapshot } from '../../demo/oracle/snapshot.ts';
import { up, type Sandbox } from '../../sandbox/api.ts';
import { parse, stringify } from 'yaml';
import { untilNodeIsFree } from '../support/e2e/stage-lock.ts';
import { onNode } from '../support/e2e/tier.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CONTEXT = 'somebodys-cluster';

onNode('the demo in a cluster that is there already', () => {
  let sandbox: Sandbox;
  let kubectl: Kubectl;
  let folder: string;
  let kubeconfig: string;

  beforeAll(async () => {
    await untilNodeIsFree();
    // The tier's own node, as a person knows it: a context among others of a kubeconfig, and a kubectl on the PATH.
    sandbox = await up({ size: 'node' });
    kubectl = kubectlFor(sandbox.kubectl, sandbox.kubeconfig);
    folder = await mkdtemp(join(tmpdir(), 'offshoot-context-'));
    kubeconfig = join(folder, 'config');
    const config = parse(await readFile(sandbox.kubeconfig, 'utf8')) as {
      contexts: { name: string; context: object }[];
      'current-context': string;
    };
    const [own] = config.contexts;
    config.contexts = [
      { name: CONTEXT, context: own!.context },
      { name: 'another', context: {} },
    ];
    config['current-context'] = 'another';
    await writeFile(kubeconfig, stringify(config), { mode: 0o600 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const demo = async (...args: string[]): Promise<{ code: number | null; said: string }> => {
    const child = spawn(process.execPath, [join(ROOT, 'demo', 'main.ts'), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        KUBECONFIG: kubeconfig,
        PATH: [dirname(sandbox.kubectl), process.env.PATH].join(delimiter),
      },
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, said: out + err };
  };

  it(
    'refuses where something of Offshoot is there already, and touches none of it',
    { timeout: 120_000 },
    async () => {
      await kubectl(['create', 'namespace', 'offshoot']);
      try {
        const before = await snapshot(sandbox.kubeconfig);
        const { code, said } = await demo(
          '--once',
          '--context',
          CONTEXT,
          '--host-address',
          sandbox.hostAddress!,
        );
        expect(code, said).toBe(1);
        expect(said).toContain(
          'Offshoot is already installed in this cluster, or something else uses its names (namespace/offshoot)',
        );
        expect(leftOver(before, await snapshot(sandbox.kubeconfig)).map(describeIdentity)).toEqual([]);
        expect((await kubectl(['get', 'namespace', 'offshoot', '--output=name'])).trim()).toBe(
          'namespace/offshoot',
        );
      } finally {
        await kubectl(['delete', 'namespace', 'offshoot', '--timeout=60s']);
      }
    },
  );

  it('a context that is not there is an error that names those that are', { timeout: 60_000 }, async () => {
    const { code, said } = await demo('--context', 'nowhere', '--host-address', '127.0.0.1');
    expect(code).toBe(1);
    expect(said).toMatch(/the contexts in your kubeconfig are: .*somebodys-cluster/);
  });

  it(
    'plays the whole story from outside, through the API server, and leaves the cluster as it was',
    { timeout: 600_000 },
    async () => {
      const before = await settledSnapshot(sandbox.kubeconfig, AbortSignal.timeout(60_000));
      const file = join(folder, 'story.json');
      const asked = ['--context', CONTEXT, '--host-address', sandbox.hostAddress!];
      const { code, said } = await demo('--once', '--json', file, ...asked);
      expect(code, said).toBe(0);
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
        run_state: 'success',
        left_over: [],
        // The audit log of somebody's cluster is not ours to read.
        api_requests: null,
      });
      const after = await settledSnapshot(sandbox.kubeconfig, AbortSignal.timeout(60_000));
      expect(leftOver(before, after).map(describeIdentity)).toEqual([]);
      expect(leftOver(after, before).map(describeIdentity)).toEqual([]);
    },
  );
});
