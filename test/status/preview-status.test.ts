import { expect, test } from 'vitest';
import { v3 } from '../../src/airflow/v3/dialect.ts';
import { annotation } from '../../src/model/labels.ts';
import { reasons } from '../../src/model/reasons.ts';
import { explained } from '../../src/backends/native/look/look.ts';
import { previewStatus } from '../../src/status/preview-status.ts';
import {
  aCondition,
  aDagRepository,
  aDesign,
  anAirflowPod,
  anObserved,
  aPod,
  aPreview,
  aScene,
  aSeen,
  NOW,
  URL_OF_HARDY,
  verified,
} from '../support/builders.ts';
import type { ImportErrors } from '../../src/airflow/api.ts';
import type { Condition } from '../../src/model/conditions.ts';
import type { Preview } from '../../src/model/preview.ts';
import type { Scene } from '../../src/backends/native/look/scene.ts';
import type { Observed } from '../../src/observe/api.ts';
import type { StatusInput } from '../../src/status/api.ts';

const refused = { reason: 'Refused', message: 'No.' } as const;
const converge = { kind: 'Converge', design: aDesign() } as const;
/** What Airflow says, and what native's parts look like. */
const world = (parts: Partial<Scene & Pick<Observed, 'airflow' | 'importErrors'>>) => {
  const { airflow, importErrors, ...scene } = { airflow: anObserved().airflow, ...parts };
  return {
    observed: anObserved({ airflow, importErrors }),
    seen: aSeen(explained(aScene(scene), aDesign(), v3.parts)),
  };
};
const status = (parts: Partial<StatusInput> = {}) =>
  previewStatus({
    preview: aPreview({ status: verified, generation: 3 }),
    plan: converge,
    ...world({}),
    repository: aDagRepository(),
    trouble: undefined,
    now: NOW,
    ...parts,
  });
const hostDownSince = (seconds: number) =>
  aDagRepository({
    conditions: [
      aCondition({
        type: 'Ready',
        reason: 'GitUnreachable',
        message: 'No route.',
        lastTransitionTime: new Date(NOW.getTime() - seconds * 1_000).toISOString(),
      }),
    ],
  });
/** `Ready=False AirflowStarting` and so on, one line each. */
const said = (parts: Partial<StatusInput> = {}) =>
  status(parts).conditions?.map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`);

test('a preview whose parts are all healthy is ready, and its message is the URL to open', () => {
  const result = status();
  expect(said()).toEqual([
    'Ready=True Ready',
    'Reconciling=False Ready',
    'Stalled=False Ready',
    'DatabaseReady=True DatabaseReady',
    'DagsSynced=True DagsSynced',
    'AirflowHealthy=True AirflowHealthy',
  ]);
  expect(result.conditions?.[0]).toMatchObject({ message: `Open ${URL_OF_HARDY}`, observedGeneration: 3 });
  expect(result).toMatchObject({
    observedGeneration: 3,
    namespace: converge.design.namespace,
  });
});

test.each<[what: string, parts: Partial<StatusInput>, lines: string[]]>([
  [
    'no pod is there',
    { ...world({ pods: [], airflow: undefined }) },
    [
      'Ready=False DatabaseStarting',
      'Reconciling=True DatabaseStarting',
      'Stalled=False DatabaseStarting',
      'DatabaseReady=False DatabaseStarting',
      'DagsSynced=False DagsSyncing',
      'AirflowHealthy=False AirflowStarting',
    ],
  ],
  [
    'the database is there',
    { ...world({ pods: [aPod('postgres')], airflow: undefined }) },
    ['Ready=False DagsSyncing', 'DatabaseReady=True DatabaseReady'],
  ],
  [
    'the branch is there',
    { ...world({ airflow: undefined }) },
    ['Ready=False AirflowStarting', 'DagsSynced=True DagsSynced'],
  ],
  [
    'one part of Airflow is late',
    {
      ...world({
        airflow: { answers: true, waitingFor: ['scheduler', 'DAG processor'] },
      }),
    },
    ['Ready=False AirflowStarting'],
  ],
  [
    'a pod of an old rollout is going',
    { ...world({ pods: [aPod('postgres', { deleting: true }), anAirflowPod()] }) },
    ['Ready=False DatabaseStarting'],
  ],
  [
    'the DAG folder has not been looked for',
    {
      ...world({ pods: [aPod('postgres'), anAirflowPod({ airflow: { ready: false } })] }),
    },
    ['Ready=False AirflowStarting', 'AirflowHealthy=True AirflowHealthy'],
  ],
  [
    'an image is missing',
    {
      ...world({
        pods: [
          aPod('postgres'),
          anAirflowPod({
            scheduler: { ready: false, running: false, waiting: { reason: 'ErrImagePull', message: 'x' } },
          }),
        ],
        airflow: undefined,
      }),
    },
    ['Ready=False ImagePullFailed', 'Reconciling=True ImagePullFailed', 'Stalled=False ImagePullFailed'],
  ],
  [
    'the git host has just gone down, and nothing else has',
    { repository: hostDownSince(19) },
    ['Ready=True Ready', 'DagsSynced=False GitUnreachable'],
  ],
  [
    'the git host is down for a while, and nothing else is',
    { repository: hostDownSince(20) },
    [
      'Ready=True GitUnreachable',
      'Reconciling=False GitUnreachable',
      'Stalled=False GitUnreachable',
      'DagsSynced=False GitUnreachable',
    ],
  ],
  [
    'git-sync cannot fetch any more, says the probe that looks for the folder',
    {
      ...world({
        pods: [aPod('postgres'), anAirflowPod({ 'dag-processor': { ready: false } })],
        warnings: [
          {
            reason: 'Unhealthy',
            about: 'Pod/airflow-7d9f',
            message: 'Readiness probe failed: {"Err":"fatal: Authentication failed"}',
            lastSeen: NOW.getTime(),
          },
        ],
      }),
    },
    ['Ready=True GitRefused', 'DagsSynced=False GitRefused', 'AirflowHealthy=True AirflowHealthy'],
  ],
  [
    'the database was lost, and Airflow does not know it yet',
    { ...world({ outlived: anAirflowPod() }) },
    ['Ready=False DatabaseLost', 'Reconciling=True DatabaseLost'],
  ],
  [
    'a pod that was put out has its successor',
    {
      ...world({
        pods: [
          aPod('postgres'),
          anAirflowPod({}, { ended: { reason: 'Evicted', message: 'EmptyDir volume "tmp" exceeds' } }),
          anAirflowPod(),
        ],
      }),
    },
    ['Ready=True DiskFull', 'AirflowHealthy=True AirflowHealthy'],
  ],
  [
    'a pod that was put out has its successor, and only its event says why',
    {
      ...world({
        pods: [
          aPod('postgres'),
          anAirflowPod({}, { name: 'airflow-old', ended: { reason: '', message: '' } }),
          anAirflowPod(),
        ],
        warnings: [
          {
            reason: 'Evicted',
            about: 'Pod/airflow-old',
            message: 'Usage of EmptyDir volume "tmp" exceeds the limit "1Gi".',
            lastSeen: NOW.getTime(),
          },
        ],
      }),
    },
    ['Ready=True DiskFull', 'AirflowHealthy=True AirflowHealthy'],
  ],
  [
    'the API server refused an object of one that does not work yet',
    { trouble: refused, ...world({ pods: [] }) },
    ['Ready=False Refused', 'Stalled=True Refused', 'DatabaseReady=False DatabaseStarting'],
  ],
  ['the API server refused a change', { trouble: refused }, ['Ready=True Refused', 'Stalled=False Refused']],
  [
    'somebody has to act, though it works',
    { plan: { kind: 'Hold', design: aDesign(), trouble: refused } },
    ['Ready=True Refused', 'AirflowHealthy=True AirflowHealthy'],
  ],
  [
    'the branch is not verified',
    { plan: { kind: 'Wait', reason: 'BranchNotVerified', message: 'Asking.' } },
    [
      'Ready=False BranchNotVerified',
      'Reconciling=True BranchNotVerified',
      'Stalled=False BranchNotVerified',
    ],
  ],
  [
    'somebody has to act',
    { plan: { kind: 'Wait', reason: 'NamespaceTaken', message: 'Taken.' } },
    ['Ready=False NamespaceTaken', 'Reconciling=False NamespaceTaken', 'Stalled=True NamespaceTaken'],
  ],
  [
    'it waits in line',
    { plan: { kind: 'Wait', reason: 'Queued', message: '3rd in line.' } },
    ['Ready=False Queued', 'Reconciling=True Queued', 'Stalled=False Queued'],
  ],
  [
    'its DagRepository cannot be read, though it works',
    { plan: { kind: 'Wait', reason: 'RepositoryStalled', message: 'Wrong.' }, repository: undefined },
    ['Ready=True RepositoryStalled', 'AirflowHealthy=True AirflowHealthy'],
  ],
  [
    'its DagRepository cannot be read, and nothing runs',
    {
      plan: { kind: 'Wait', reason: 'RepositoryStalled', message: 'Wrong.' },
      repository: undefined,
      ...world({ airflow: undefined }),
    },
    ['Ready=False RepositoryStalled', 'Stalled=True RepositoryStalled'],
  ],
  ['it is left as it is', { plan: { kind: 'Hold', design: aDesign() } }, ['Ready=True Ready']],
  [
    'it is being removed',
    { plan: { kind: 'Teardown', keep: undefined } },
    ['Ready=False Removing', 'Reconciling=True Removing', 'Stalled=False Removing'],
  ],
  [
    'it lost its branch and stays',
    { plan: { kind: 'Teardown', keep: { reason: 'BranchNotFound', message: 'Gone.' } } },
    ['Ready=False BranchNotFound', 'Reconciling=False BranchNotFound', 'Stalled=True BranchNotFound'],
  ],
  [
    'its removal is stuck',
    {
      plan: { kind: 'Teardown', keep: undefined },
      trouble: { reason: 'RemovalStuck', message: 'Still there: x' },
    },
    ['Ready=False RemovalStuck', 'Stalled=True RemovalStuck'],
  ],
])('while %s', (_what, parts, lines) => {
  const conditions = said(parts);
  for (const line of lines) expect(conditions).toContain(line);
  // kstatus: exactly one of the three.
  expect(conditions?.slice(0, 3).filter((line) => line.includes('=True'))).toHaveLength(1);
  const types = status(parts).conditions?.map(({ type }) => type);
  expect(new Set(types).size).toBe(types?.length);
  for (const { reason } of status(parts).conditions ?? []) expect(Object.keys(reasons)).toContain(reason);
});

const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const wasReady = (healthy: Partial<Condition>, ready: Condition['status'] = 'True') =>
  aPreview({
    status: {
      ...verified,
      conditions: [
        aCondition({ type: 'Ready', status: ready }),
        aCondition({ type: 'AirflowHealthy', lastTransitionTime: ago(600), ...healthy }),
      ],
    },
  });
const silent = world({ airflow: { answers: false, waitingFor: ['scheduler'] } });
const unwell = world({
  airflow: { answers: true, waitingFor: ['scheduler'] },
});

test.each<[what: string, ready: string, preview: Preview, world: ReturnType<typeof world>]>([
  ['answered a moment ago', 'Ready=True Ready', wasReady({ status: 'True' }), silent],
  ['is silent for 14 s', 'Ready=True Ready', wasReady({ lastTransitionTime: ago(14) }), silent],
  ['is silent for 15 s', 'Ready=False AirflowStarting', wasReady({ lastTransitionTime: ago(15) }), silent],
  ['was not ready before', 'Ready=False AirflowStarting', wasReady({ status: 'True' }, 'False'), silent],
  [
    'says itself that a part is not well',
    'Ready=False AirflowStarting',
    wasReady({ status: 'True' }),
    unwell,
  ],
  [
    'has a container that is not ready either',
    'Ready=False AirflowStarting',
    wasReady({ status: 'True' }),
    world({ airflow: undefined, pods: [aPod('postgres'), anAirflowPod({ airflow: { ready: false } })] }),
  ],
])('a preview whose Airflow %s is %s', (_what, ready, preview, seen) => {
  expect(said({ preview, ...seen })?.[0]).toBe(ready);
  expect(said({ preview, ...seen })).toContain('AirflowHealthy=False AirflowStarting');
});

const anImportError = { file: 'a.py', line: 3, message: 'ValueError: no', timedOut: false };
const imported = (first: ImportErrors['first'], total = first.length) =>
  status({ ...world({ importErrors: { total, first } }) }).conditions ?? [];

test('a preview whose files Airflow all imports says so', () => {
  expect(imported([]).map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`)).toEqual(
    expect.arrayContaining(['Ready=True Ready', 'DagsImported=True DagsImported']),
  );
});

test('a file that Airflow cannot import is told by name and line, and the preview stays ready', () => {
  const conditions = imported([anImportError], 4);
  expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'True',
    reason: 'DagImportFailed',
    message:
      'Airflow is up, but cannot import dags/a.py line 3: ValueError: no; and 3 more. Push a fix to feature/hardy; other files are not affected.',
  });
  expect(conditions.find(({ type }) => type === 'DagsImported')).toMatchObject({
    status: 'False',
    reason: 'DagImportFailed',
  });
});

test('a file that hangs is told as one that takes too long', () => {
  const conditions = imported([anImportError, { file: 'b.py', message: 'Timeout: x', timedOut: true }]);
  expect(conditions[0]).toMatchObject({ status: 'True', reason: 'DagImportTimedOut' });
  expect(conditions[0]?.message).toMatch(
    /dags\/b\.py: Timeout: x\. A file hangs, or does its work when it is parsed/,
  );
});

test('what Airflow said last of its files stands while it does not say, and no longer than the preview is ready', () => {
  const before = imported([anImportError]);
  const preview = aPreview({ status: { ...verified, conditions: before } });
  const silent = status({ preview }).conditions ?? [];
  expect(silent[0]).toMatchObject({ status: 'True', reason: 'DagImportFailed' });
  const down = status({ preview, ...world({ pods: [anAirflowPod()] }) }).conditions ?? [];
  expect(down.map(({ type }) => type)).not.toContain('DagsImported');
});

test('the message names the parts that are awaited', () => {
  const airflow = { answers: true, waitingFor: ['scheduler', 'DAG processor'] };
  const ready = status({ ...world({ airflow }) }).conditions?.[0];
  expect(ready?.message).toBe('Waiting for scheduler, DAG processor.');
  const silent = status(world({ airflow: v3.health.read(undefined) })).conditions?.[0];
  expect(silent?.message).toBe('Waiting for API server, database, scheduler, triggerer, DAG processor.');
});

test('a world that does not change gives the same bytes, however much later', () => {
  for (const parts of [{}, { ...world({ pods: [] }) }, { trouble: refused }]) {
    const first = status(parts);
    const preview: Preview = aPreview({ status: { ...verified, ...first }, generation: 3 });
    const later = status({ ...parts, preview, now: new Date(NOW.getTime() + 5_000) });
    expect(JSON.stringify(later)).toBe(JSON.stringify(first));
  }
});

test('the controller says nothing of what others own: url, branch, notices', () => {
  const preview = aPreview({ status: { ...verified, notices: { slack: { ts: '1' } } } });
  expect(Object.keys(status({ preview })).sort()).toEqual(
    ['conditions', 'namespace', 'observedGeneration'].sort(),
  );
});

test('the synced commit is shown while the preview converges', () => {
  const preview = aPreview({ status: verified, annotations: { [annotation.synced]: 'abc' } });
  expect(status({ preview }).commit).toEqual({ synced: 'abc' });
  expect(status({ preview, plan: { kind: 'Teardown', keep: undefined } }).commit).toBeUndefined();
});

test('a message of any length fits into the status', () => {
  const long = status({ trouble: { reason: 'Refused', message: 'x'.repeat(1_000_000) } });
  expect(long.conditions?.[0]?.message).toHaveLength(2_000);
});
