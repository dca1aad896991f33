import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { aDagRepository, aDesign } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { policyFiles } from './policy-files.ts';
import { containersOf, find, podsOf, rendered } from './rendered.ts';
import type { Design } from '../../src/plan/api.ts';

const OURS = 'dags-feature-hardy';
const IN_CLUSTER = { airflow_kpo_in_cluster: 'True' };

interface Pod {
  labels: Record<string, string> | null;
  namespace: string;
  account?: string;
  /** The field's former name, which pod templates may still use. */
  formerAccount?: string;
  /** What its containers ask for, one each. */
  resources?: (Resources | null)[];
}

interface Resources {
  requests: Record<string, string> | null;
  limits: Record<string, string> | null;
}

interface Result {
  namespace: string;
  account: string | null;
  limits: (Record<string, string> | null)[];
  said: string[];
}

/** What the kubelet mounts, and of Airflow the one name that the plugin imports. */
async function laidOut(design: Design): Promise<string> {
  const folder = await temporaryFolder();
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const [path, text] of policyFiles(design)) await write(join('mounted', path), text);
  await write('stub/airflow/policies.py', 'def hookimpl(function):\n    return function\n');
  await write('namespace', `${OURS}\n`);
  return folder;
}

/** What becomes of a pod when the hook is called twice. */
async function mutated(pod: Pod, { namespaceFile = 'namespace', design = aDesign() } = {}): Promise<Result> {
  const { labels, namespace, account = null, formerAccount = null, resources } = pod;
  const metadata = { name: 'extract-x7', namespace, labels };
  const containers = resources?.map((each, at) => ({ name: `c${at}`, resources: each })) ?? null;
  const spec = {
    service_account_name: account,
    service_account: formerAccount,
    init_containers: null,
    containers,
  };
  const folder = await laidOut(design);
  const args = [join(import.meta.dirname, 'policy.py'), join(folder, 'mounted'), join(folder, namespaceFile)];
  const env = { ...process.env, PYTHONPATH: join(folder, 'stub'), PYTHONDONTWRITEBYTECODE: '1' };
  const python = promisify(execFile)('python3', args, { env });
  python.child.stdin!.end(JSON.stringify({ metadata, spec }));
  return JSON.parse((await python).stdout) as Result;
}

test.each<[string, Pod, Partial<Result>]>([
  [
    'a namespace of production becomes the preview’s, which is said once',
    { labels: IN_CLUSTER, namespace: 'airflow' },
    {
      namespace: OURS,
      said: [
        `Offshoot: pod extract-x7 runs in this preview's namespace ${OURS}, not in 'airflow' as the DAG specifies`,
      ],
    },
  ],
  [
    'the preview’s own namespace stays, and nothing is said',
    { labels: IN_CLUSTER, namespace: OURS, account: 'worker' },
    { namespace: OURS, account: 'worker', said: [] },
  ],
  [
    'a service account of production becomes worker, which is said',
    { labels: IN_CLUSTER, namespace: OURS, account: 'etl' },
    {
      account: 'worker',
      said: ["Offshoot: pod extract-x7 runs as service account worker, because previews have no 'etl'"],
    },
  ],
  [
    'by its former name as well',
    { labels: IN_CLUSTER, namespace: OURS, formerAccount: 'etl' },
    { account: 'worker' },
  ],
  ['no service account stays none', { labels: IN_CLUSTER, namespace: OURS }, { account: null, said: [] }],
  [
    'a pod for another cluster is left alone',
    { labels: { airflow_kpo_in_cluster: 'False' }, namespace: 'airflow', account: 'etl' },
    { namespace: 'airflow', account: 'etl', said: [] },
  ],
  [
    'so is one that nobody will start',
    { labels: null, namespace: 'airflow', account: 'etl' },
    { namespace: 'airflow', account: 'etl', said: [] },
  ],
  [
    'a worker pod whose executor_config leads elsewhere stays in the preview',
    { labels: { kubernetes_executor: 'True' }, namespace: 'airflow', account: 'etl' },
    { namespace: OURS, account: 'worker' },
  ],
])('%s', async (_title, pod, expected) => {
  expect(await mutated(pod)).toMatchObject(expected);
});

const asking = (requests: Record<string, string> | null, limits: Record<string, string> | null = null) => ({
  requests,
  limits,
});

test('a container that asks for more than the default limit gets it as its limit, or it would be refused', async () => {
  const pod = {
    labels: IN_CLUSTER,
    namespace: OURS,
    resources: [
      asking({ memory: '2Gi' }),
      asking({ memory: '1500M', 'ephemeral-storage': '1e10' }, { cpu: '1' }),
      asking({ memory: '2Gi' }, { memory: '3Gi' }),
      asking({ memory: '1Gi', cpu: '4' }),
      asking({ memory: '512Mi' }),
      asking({ memory: 'plenty' }),
      asking(null),
      null,
    ],
  };
  const { limits, said } = await mutated(pod);
  expect(limits).toEqual([
    { memory: '2Gi' },
    { cpu: '1', memory: '1500M', 'ephemeral-storage': '1e10' },
    { memory: '3Gi' },
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(said).toHaveLength(3);
  expect(said[0]).toBe(
    'Offshoot: container c0 of pod extract-x7 sets no memory limit; its request, 2Gi, becomes the limit',
  );
});

test('the default limits that the policy knows are those of the LimitRange', async () => {
  const { spec } = find(rendered(aDesign()), 'LimitRange', 'preview');
  const { memory = '', 'ephemeral-storage': disk = '' } = (
    spec as { limits: { default: Record<string, string> }[] }
  ).limits[0]!.default;
  const more = (quantity: string) => quantity.replace(/^\d+/, (number) => String(Number(number) + 1));
  const { limits } = await mutated({
    labels: IN_CLUSTER,
    namespace: OURS,
    resources: [
      asking({ memory, 'ephemeral-storage': disk }),
      asking({ memory: more(memory), 'ephemeral-storage': more(disk) }),
    ],
  });
  expect(limits).toEqual([null, { memory: more(memory), 'ephemeral-storage': more(disk) }]);
});

test('where the quota counts limits of CPU, so it is with CPU', async () => {
  const design = aDesign({ repository: aDagRepository({ quota: { 'limits.cpu': 16 } }) });
  const pod = {
    labels: IN_CLUSTER,
    namespace: OURS,
    resources: [
      asking({ cpu: '4' }),
      asking({ cpu: '2500m' }),
      asking({ cpu: '2' }),
      asking({ cpu: '500m' }),
      asking({ cpu: '4' }, { cpu: '5' }),
    ],
  };
  const { limits } = await mutated(pod, { design });
  expect(limits).toEqual([{ cpu: '4' }, { cpu: '2500m' }, null, null, { cpu: '5' }]);
});

test('where no service account is mounted, no pod can be started, and none is changed', async () => {
  const pod = { labels: IN_CLUSTER, namespace: 'airflow' };
  expect(await mutated(pod, { namespaceFile: 'no such file' })).toMatchObject({
    namespace: 'airflow',
    said: [],
  });
});

test('every container that runs Airflow has the policy on Airflow’s path', () => {
  const pods = podsOf(rendered(aDesign()));
  for (const container of [...containersOf(pods['airflow']!), ...containersOf(pods['worker']!)]) {
    const mounts = (container.volumeMounts ?? []).filter(({ name }) => name === 'policy');
    const paths = mounts.map((mount) => (mount as { mountPath?: string }).mountPath);
    expect(paths, container.name).toEqual(container.name === 'git-sync' ? [] : ['/opt/airflow/config']);
  }
});
