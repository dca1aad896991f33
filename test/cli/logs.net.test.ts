import { afterEach, beforeEach, expect, test } from 'vitest';
import { logs as command } from '../../src/cli/logs.ts';
import { createTools } from '../../src/operator/tools.ts';
import { aCondition, aPreview } from '../support/builders.ts';
import { startLogApi } from './log-api.ts';
import { offshoot } from './run-offshoot.ts';
import type { KubeObject } from '../../src/model/object.ts';

let api: Awaited<ReturnType<typeof startLogApi>>;
const failing = [aCondition({ type: 'Ready', reason: 'PodUnschedulable', message: 'No node takes it.' })];

beforeEach(async () => {
  api = await startLogApi(aPreview({ status: { conditions: failing } }));
});
afterEach(() => api.stop());

/** A pod with the containers that have started, and those that have not (marked with a question mark). */
function aPod(name: string, containers: string[], running = true): KubeObject {
  const bare = containers.map((one) => one.replace('?', ''));
  const containerStatuses = containers
    .filter((one) => !one.endsWith('?'))
    .map((one) => ({
      name: one,
      containerID: `cri://${name}-${one}`,
      state: running ? { running: {} } : {},
    }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'dags-feature-hardy-zki667q6rg', uid: `uid-${name}` },
    spec: { containers: bare.map((one) => ({ name: one })) },
    status: { containerStatuses },
  };
}

/** The command in this process. */
async function logs(...args: string[]) {
  const out: string[] = [];
  const tools = createTools({ environment: {}, flags: () => ({ kubeconfig: api.kubeconfig }) });
  const options = Object.fromEntries(
    args.flatMap((arg, at) => (arg.startsWith('--') ? [[arg.slice(2), args[at + 1]]] : [])),
  );
  await command.run({ ...tools, print: (line) => out.push(line) }, ['feature/hardy'], options);
  return out;
}

/** What never ends by itself needs a process of its own. */
const follow = (...args: string[]) =>
  offshoot(['logs', 'feature/hardy', '-f', '--kubeconfig', api.kubeconfig, ...args]);

/** One container that holds all four parts, and says so line by line; and the database. */
function forked() {
  api.pods([aPod('airflow-1', ['git-sync', 'airflow']), aPod('postgres-1', ['postgres'])]);
  api.write('postgres-1/postgres', '01', 'ready to accept connections');
  api.write('airflow-1/git-sync', '02', '{"msg":"synced"}');
  api.write('airflow-1/airflow', '03.1', 'airflow | 0.4 s: forking');
  api.write('airflow-1/airflow', '03.2', 'scheduler | adopting | tasks');
  api.write('airflow-1/airflow', '04', 'api-server | \u001b[32mup\u001b[0m \u001b[2J');
  api.write('airflow-1/airflow', '05', 'scheduler | heartbeat');
}

test('all parts in the order of time, each line with its part; nothing else than colours controls the terminal', async () => {
  forked();
  expect(await logs()).toEqual([
    'postgres | ready to accept connections',
    'git-sync | {"msg":"synced"}',
    'airflow | 0.4 s: forking',
    'scheduler | adopting | tasks',
    'api-server | \u001b[32mup\u001b[0m �[2J',
    'scheduler | heartbeat',
  ]);
});

test('one part of a container that several share, its last lines, without its name', async () => {
  forked();
  expect(await logs('--part', 'scheduler')).toEqual(['adopting | tasks', 'heartbeat']);
  expect(await logs('--part', 'scheduler', '--tail', '1')).toEqual(['heartbeat']);
  expect(await logs('--tail', '1')).toHaveLength(5);
});

test('one part that has a container of its own, and only what is young', async () => {
  api.pods([aPod('airflow-1', ['git-sync', 'scheduler', 'triggerer'])]);
  api.write('airflow-1/scheduler', '01', 'heartbeat');
  api.write('airflow-1/triggerer', '01', 'other');
  expect(await logs('--part', 'scheduler', '--since', '1m30s')).toEqual(['heartbeat']);
  expect(api.asked).toEqual(['airflow-1/scheduler container=scheduler&sinceSeconds=90&timestamps=true']);
});

test('following goes on through a cut, a restart and a new pod, and shows no line twice', async () => {
  api.pods([aPod('airflow-1', ['scheduler'])]);
  api.write('airflow-1/scheduler', '01.5', 'one');
  const following = follow('--part', 'scheduler');
  await following.says('following airflow-1 scheduler');
  api.write('airflow-1/scheduler', '01.7', 'two');
  await following.prints('two');
  api.cut('airflow-1/scheduler');
  api.write('airflow-1/scheduler', '01.9', 'three, while it was cut');
  await following.prints('three');
  api.pods([aPod('airflow-2', ['scheduler?'])]);
  api.end('airflow-1/scheduler');
  api.pods([aPod('airflow-2', ['scheduler'])]);
  api.write('airflow-2/scheduler', '09', 'four, in another pod');
  await following.prints('four');
  following.interrupt();
  expect((await following.ended).out).toBe('one\ntwo\nthree, while it was cut\nfour, in another pod\n');
});

test('following with --tail 0 begins now', async () => {
  api.pods([aPod('airflow-1', ['scheduler'])]);
  api.write('airflow-1/scheduler', '01', 'old');
  const following = follow('--tail', '0');
  await following.says('following airflow-1 scheduler');
  api.write('airflow-1/scheduler', '02', 'new');
  await following.prints('new');
  following.interrupt();
  expect((await following.ended).out).toBe('scheduler | new\n');
});

test('a part that is not there is an error that names those that are', async () => {
  forked();
  await expect(logs('--part', 'webserver')).rejects.toThrow(
    'no part webserver. The parts are: airflow, api-server, dag-processor, git-sync, postgres, scheduler, triggerer.',
  );
});

test('where nothing has started, the reason is told instead', async () => {
  api.pods([aPod('airflow-1', ['scheduler?'])]);
  await expect(logs()).rejects.toThrow('so there are no logs. PodUnschedulable: No node takes it.');
});

test('no number of lines is refused', async () => {
  await expect(logs('--tail', '-3')).rejects.toThrow('--tail -3: must be a number of lines');
});
