import { beforeAll, expect, it } from 'vitest';
import type { ReadyBranch } from '../../demo/branch-ready.ts';
import { dagRun } from '../../demo/dag-run.ts';
import { list } from '../../demo/kubectl.ts';
import { names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { newBranch } from '../support/e2e/branch.ts';
import { isReady, saysWhy } from '../support/e2e/living.ts';
import { onNode } from '../support/e2e/tier.ts';

const PARTS = ['api-server', 'scheduler', 'dag-processor', 'triggerer'];
const BRANCH = 'feature/parts';

onNode('the four parts of Airflow', () => {
  const stage = aStage();
  let world: World;
  let preview: ReadyBranch;

  beforeAll(async () => {
    ({ world } = stage());
    const commit = await newBranch(world, BRANCH, { dags: ['environment'] });
    await world.clone.push(BRANCH);
    preview = await isReady(world, BRANCH, commit);
  });

  const log = async () => (await inPod('logs', 'deploy/airflow')).split('\n').filter((line) => line !== '');
  const inPod = (verb: string, ...rest: string[]) =>
    world.kubectl([verb, '--namespace', preview.namespace, '--container', 'airflow', ...rest]);
  const startsOf = async (part: string) =>
    (await log())
      .flatMap((line) => new RegExp(`^airflow \\| .* ${part} starts as a fork, pid (\\d+)`).exec(line) ?? [])
      .filter((text) => /^\d+$/.test(text));

  it('are forks of one process, and each line of the log says whose it is', async () => {
    const lines = await log();
    expect(
      lines.filter((line) => !/^(airflow|api-server|scheduler|dag-processor|triggerer) \| /.test(line)),
    ).toEqual([]);
    for (const part of PARTS) {
      expect(await startsOf(part), part).toHaveLength(1);
      expect(
        lines.some((line) => line.startsWith(`${part} | `)),
        part,
      ).toBe(true);
    }
  });

  it('serve on every address, IPv4 and IPv6', async () => {
    const listening = async (table: string) => {
      const text = await inPod('exec', 'deploy/airflow', '--', 'cat', `/proc/net/${table}`);
      // `sl local_address remote_address st`: 1F90 is 8080, 0A is LISTEN.
      return /^ *\d+: 0+:1F90 \S+ 0A /m.test(text);
    };
    expect(await listening('tcp')).toBe(true);
    expect(await listening('tcp6')).toBe(true);
  });

  it.each(PARTS)('start again one by one when they die: %s', async (part) => {
    const [pid] = await startsOf(part);
    await inPod('exec', 'deploy/airflow', '--', 'bash', '-c', 'kill -KILL "$1"', 'kill', pid!);
    await until(
      `${part} to start again`,
      async () => ((await startsOf(part)).length === 2 ? { done: true } : { yet: 'not yet' }),
      { signal: AbortSignal.timeout(60_000) },
    );
    expect(await log()).toContainEqual(
      expect.stringMatching(new RegExp(`^airflow \\| .*: ${part} ended by signal SIGKILL`)),
    );
  });

  it('are told of when the API server hangs, until it answers again', async () => {
    await isReady(world, BRANCH, preview.commit);
    const pid = (await startsOf('api-server')).at(-1)!;
    const signal = (name: string) =>
      inPod('exec', 'deploy/airflow', '--', 'bash', '-c', 'kill "-$1" "$2"', 'kill', name, pid);
    await signal('STOP');
    try {
      expect(await saysWhy(world, BRANCH, 'AirflowStarting')).toContain('Waiting for API server');
    } finally {
      await signal('CONT');
    }
    await isReady(world, BRANCH, preview.commit);
  });

  it('do their work as before, in the container that never ended', async () => {
    await isReady(world, BRANCH, preview.commit);
    expect(await dagRun(world, preview, 280)).toBe('success');
    const restarts = 'jsonpath={.items[*].status.containerStatuses[?(@.name=="airflow")].restartCount}';
    const pods = ['get', 'pods', '--selector=app.kubernetes.io/component=airflow'];
    expect(await world.kubectl([...pods, '--namespace', preview.namespace, '--output', restarts])).toBe('0');
  });

  const change = (airflow: { parts: string | null; env: object[] | null }) =>
    world.kubectl([
      ...['patch', 'dagrepository', names.repository, '--namespace', names.namespace],
      ...['--type=merge', '--patch', JSON.stringify({ spec: { airflow } })],
    ]);
  /** A Secret beside the DagRepository, and what takes a variable from it. */
  const apiKey = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'api', namespace: names.namespace, labels: { 'offshoot.dev/use': 'env' } },
    stringData: { key: 'open-sesame' },
  };
  const env = [
    { name: 'GREETING', value: 'hello $(AIRFLOW_HOME)' },
    { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'api', key: 'key' } } },
  ];

  it('have a container each where the DagRepository says so, with the same outcome', async () => {
    const here = ['--namespace', preview.namespace];
    const containers = '--output=jsonpath={.spec.template.spec.containers[*].name}';
    await world.kubectl(['apply', '--filename', '-'], list([apiKey]));
    await change({ parts: 'apart', env });
    await until(
      'four containers',
      async () => {
        const found = await world.kubectl(['get', 'deployment/airflow', containers, ...here]);
        return found === PARTS.join(' ') ? { done: true } : { yet: found };
      },
      { signal: AbortSignal.timeout(60_000) },
    );
    await world.kubectl(['rollout', 'status', 'deployment/airflow', ...here, '--timeout=240s']);
    await isReady(world, BRANCH, preview.commit);
  });

  it('have the variables of the DagRepository, and so have tasks, each as it is written', async () => {
    const here = ['--namespace', preview.namespace];
    for (const part of PARTS) {
      const where = ['deploy/airflow', '--container', part, ...here];
      const printed = await world.kubectl(['exec', ...where, '--', 'printenv', 'GREETING', 'API_KEY']);
      expect(printed.trim().split('\n'), part).toEqual(['hello $(AIRFLOW_HOME)', 'open-sesame']);
    }
    const { airflow } = preview;
    await airflow.unpause('environment');
    const run = await airflow.trigger('environment');
    const state = await until<string>(
      'the DAG that looks at its environment to end',
      async () => {
        const now = (await airflow.runs()).find(({ id, dag }) => id === run && dag === 'environment')?.state;
        return now === 'success' || now === 'failed' ? { done: now } : { yet: `it is ${now}` };
      },
      { signal: AbortSignal.timeout(240_000), everyMs: 1_000 },
    );
    expect(state).toBe('success');
  });

  it('are told of when a policy of the cluster refuses them for their limits, and start without it', async () => {
    const here = ['--namespace', preview.namespace];
    const limits = [{ type: 'Container', max: { memory: '100Mi' }, defaultRequest: { memory: '16Mi' } }];
    const policy = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'policy' }, spec: { limits } };
    await world.kubectl(['apply', ...here, '--filename', '-'], list([policy]));
    const pods = ['pods', '--selector=app.kubernetes.io/component=airflow'];
    await world.kubectl(['delete', ...pods, '--wait=false', ...here]);
    const refused = await saysWhy(world, BRANCH, 'Refused');
    expect(refused).toMatch(/maximum memory usage per Container is 100Mi.*change the policy/s);
    await world.kubectl(['delete', 'limitrange', 'policy', ...here]);
    await change({ parts: null, env: null });
    await isReady(world, BRANCH, preview.commit);
  });
});
