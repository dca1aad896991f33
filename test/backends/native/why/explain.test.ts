import { expect, test } from 'vitest';
import { explain } from '../../../../src/backends/native/why/explain.ts';
import { aContainer, aDesign, anAirflowPod, aScene, aPod, NOW } from '../../../support/builders.ts';
import type { ContainerSummary, PodSummary } from '../../../../src/backends/native/look/pods.ts';
import type { Scene } from '../../../../src/backends/native/look/scene.ts';
import type { Warning } from '../../../../src/observe/api.ts';

const explained = (scene: Scene) => explain(scene, aDesign());
const world = (pods: PodSummary[], warnings: Warning[] = []) => aScene({ pods, warnings });
const airflowWith = (changed: Record<string, Partial<ContainerSummary>>, parts: Partial<PodSummary> = {}) =>
  world([aPod('postgres'), anAirflowPod(changed, parts)]);
const down = { ready: false, running: false };
const warning = (reason: string, message: string, about = 'ReplicaSet/airflow-7d9f'): Warning => ({
  reason,
  message,
  about,
  lastSeen: NOW.getTime(),
});
const probe = (message: string) => warning('Unhealthy', message, 'Pod/airflow-7d9f');
const GIT_REFUSED =
  'Readiness probe failed: {"Msg":"error syncing repo, will retry","Err":"Run(git fetch): exit status 128: { stdout: \\"\\", stderr: \\"fatal: Authentication failed for \'https://git.example.com/acme/dags.git/\'\\" }"';
const NO_FOLDER = "Readiness probe failed: ls: cannot access '/git/current/dags': No such file or directory";

test.each<[what: string, scene: Scene, reason: string, message: RegExp]>([
  ...['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'].map(
    (reason): [string, Scene, string, RegExp] => [
      `an image that is not there (${reason})`,
      airflowWith({
        scheduler: { ...down, image: 'apache/airflow:9', waiting: { reason, message: 'not found' } },
      }),
      'ImagePullFailed',
      new RegExp(
        `^Cannot pull image apache/airflow:9 \\(container scheduler\\): not found Correct the image`,
      ),
    ],
  ),
  [
    'the database’s image',
    world([
      aPod('postgres', {
        containers: [aContainer('postgres', { ...down, waiting: { reason: 'ErrImagePull', message: 'x' } })],
      }),
    ]),
    'ImagePullFailed',
    /container postgres/,
  ],
  [
    'a pod that no node takes',
    world([
      aPod('postgres', {
        ready: false,
        unschedulable: '0/1 nodes are available: 1 Insufficient memory.',
        containers: [],
      }),
    ]),
    'PodUnschedulable',
    /^Pod postgres-7d9f cannot be scheduled: 0\/1 nodes/,
  ],
  [
    'a container that ran out of memory, though it runs again',
    airflowWith({
      scheduler: { ready: false, restarts: 1, ended: { reason: 'OOMKilled', exitCode: 137, message: '' } },
    }),
    'OutOfMemory',
    /^Container scheduler of pod airflow-7d9f exceeded its memory limit and was killed.*move that into a task, which can request more memory/,
  ],
  [
    'git-sync, and not the memory that a container ran out of a quarter of an hour ago',
    world(
      [
        aPod('postgres'),
        anAirflowPod({
          airflow: {
            ready: false,
            startedAt: NOW.getTime() - 900_000,
            restarts: 3,
            ended: { reason: 'OOMKilled', exitCode: 137, message: '' },
          },
          'git-sync': { ready: false },
        }),
      ],
      [probe(GIT_REFUSED)],
    ),
    'GitRefused',
    /Authentication failed/,
  ],
  [
    'an image that the registry refuses',
    airflowWith({
      scheduler: {
        ...down,
        image: 'registry.example.com/401/airflow:1',
        waiting: {
          reason: 'ErrImagePull',
          message:
            'failed to pull and unpack image "registry.example.com/401/airflow:1": failed to authorize: unexpected status: 401 Unauthorized',
        },
      },
    }),
    'ImagePullRefused',
    /401 Unauthorized The registry requires credentials that the nodes do not have/,
  ],
  [
    'the same between two tries, in the same words',
    airflowWith({
      scheduler: {
        ...down,
        image: 'a:1',
        waiting: {
          reason: 'ImagePullBackOff',
          message:
            'Back-off pulling image "a:1": ErrImagePull: pull access denied, repository does not exist',
        },
      },
    }),
    'ImagePullRefused',
    /^Cannot pull image a:1 \(container scheduler\): pull access denied, repository does not exist The registry/,
  ],
  [
    'an image whose name holds 403, and which is not there',
    airflowWith({
      scheduler: {
        ...down,
        image: 'a:403',
        waiting: { reason: 'ErrImagePull', message: 'a:403: not found' },
      },
    }),
    'ImagePullFailed',
    /\): a:403: not found Correct the image/,
  ],
  [
    'an image for which the node has no room',
    airflowWith({
      scheduler: {
        ...down,
        waiting: { reason: 'ErrImagePull', message: 'write /layer: no space left on device' },
      },
    }),
    'DiskFull',
    /no space left on device Free disk space on the nodes/,
  ],
  [
    'a pod that no node takes because their disks are full',
    world([
      aPod('postgres', {
        ready: false,
        unschedulable:
          '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.',
        containers: [],
      }),
    ]),
    'DiskFull',
    /disk-pressure.*Free disk space on the nodes/,
  ],
  [
    'a pod that wrote more than its volume may hold',
    world([
      aPod('postgres'),
      anAirflowPod(
        {},
        { ended: { reason: 'Evicted', message: 'Usage of EmptyDir volume "tmp" exceeds the limit "1Gi".' } },
      ),
      anAirflowPod({ scheduler: down }),
    ]),
    'DiskFull',
    /^The node terminated pod airflow-7d9f: Usage of EmptyDir volume "tmp" exceeds the limit "1Gi"\. The branch writes too much to disk/,
  ],
  [
    'a pod that its node ended for lack of disk',
    world([
      aPod('postgres', {
        ended: { reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' },
      }),
      anAirflowPod(),
    ]),
    'DiskFull',
    /Free disk space on the node\. A replacement pod starts automatically\.$/,
  ],
  [
    'a pod that its node ended for lack of memory',
    world([
      anAirflowPod(),
      aPod('postgres', { ended: { reason: 'Evicted', message: 'The node was low on resource: memory.' } }),
    ]),
    'OutOfMemory',
    /Add memory, or find what is using it/,
  ],
  [
    'a pod whose node was shut down',
    world([aPod('postgres', { ended: { reason: 'Terminated', message: '' } }), anAirflowPod()]),
    'PodEvicted',
    /^The node terminated pod postgres-7d9f: Terminated A replacement pod starts automatically\.$/,
  ],
  [
    'a pod that was put out for its disk, though its status has forgotten why',
    world(
      [aPod('postgres'), anAirflowPod({}, { ended: { reason: '', message: '' } })],
      [warning('Evicted', 'Usage of EmptyDir volume "tmp" exceeds the limit "1Gi".', 'Pod/airflow-7d9f')],
    ),
    'DiskFull',
    /^The node terminated pod airflow-7d9f: Usage of EmptyDir volume "tmp" exceeds the limit "1Gi"\. The branch writes/,
  ],
  [
    'a pod that ended, while another one was put out for its disk',
    world(
      [aPod('postgres'), anAirflowPod({}, { ended: { reason: 'ContainerStatusUnknown', message: '' } })],
      [warning('Evicted', 'Usage of EmptyDir volume "tmp" exceeds the limit "1Gi".', 'Pod/airflow-other')],
    ),
    'PodEvicted',
    /^The node terminated pod airflow-7d9f: ContainerStatusUnknown A replacement pod/,
  ],
  [
    'a pod that ended, and nobody knows why',
    world([aPod('postgres'), anAirflowPod({}, { ended: { reason: '', message: '' } })]),
    'PodEvicted',
    /^The node terminated pod airflow-7d9f: no reason given A replacement pod/,
  ],
  [
    'a database that is younger than its Airflow',
    aScene({ outlived: anAirflowPod() }),
    'DatabaseLost',
    /DAG runs and everything that was set by hand\. Airflow \(pod airflow-7d9f\) restarts/,
  ],
  [
    'a part of Airflow that the kernel killed for memory, as its supervisor says',
    airflowWith({
      scheduler: {
        ...down,
        restarts: 1,
        ended: {
          reason: 'Error',
          exitCode: 1,
          message: 'scheduler ended 5 times, last killed because the container exceeded its memory limit.',
        },
      },
    }),
    'OutOfMemory',
    /It said: scheduler ended 5 times/,
  ],
  [
    'a container that keeps exiting',
    airflowWith({
      scheduler: {
        ...down,
        restarts: 3,
        waiting: { reason: 'CrashLoopBackOff', message: 'back-off' },
        ended: { reason: 'Error', exitCode: 1, message: 'boom\n' },
      },
    }),
    'ContainerFailed',
    /^Container scheduler exited 3 times, last with code 1\. It said: boom See: kubectl logs airflow-7d9f -c scheduler --previous$/,
  ],
  [
    'a container that gave up and left word why',
    airflowWith({
      airflow: {
        ...down,
        restarts: 1,
        ended: { reason: 'Error', exitCode: 1, message: 'scheduler ended 5 times within 300 s' },
      },
    }),
    'ContainerFailed',
    /^Container airflow exited once, with code 1\. It said: scheduler ended 5 times within 300 s See: kubectl logs airflow-7d9f -c airflow --previous$/,
  ],
  [
    'a container that needs a Secret that is not there',
    airflowWith({
      scheduler: {
        ...down,
        waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' },
      },
    }),
    'ContainerFailed',
    /^Container scheduler cannot be created: secret "x" not found$/,
  ],
  [
    'git-sync that fetches for 25 s in vain',
    airflowWith({ 'git-sync': { ready: false } }),
    'GitUnreachable',
    /^git-sync inside the preview cannot fetch the branch/,
  ],
  [
    'git-sync whose credentials are refused, in its own words',
    world([aPod('postgres'), anAirflowPod({ 'git-sync': { ready: false } })], [probe(GIT_REFUSED)]),
    'GitRefused',
    /fetch the branch: fatal: Authentication failed for 'https:\/\/git\.example\.com\/acme\/dags\.git\/'\. Put valid credentials into the Secret/,
  ],
  [
    'git-sync that cannot reach the host, in its own words',
    world(
      [aPod('postgres'), anAirflowPod({ 'git-sync': { ready: false } })],
      [
        probe(
          'Readiness probe failed: {"Msg":"m","Err":"dial tcp: no route to host","Args":{"failCount":3}}',
        ),
      ],
    ),
    'GitUnreachable',
    /fetch the branch: dial tcp: no route to host\. Check that the git host is up/,
  ],
  [
    'git-sync whose volume is full',
    world(
      [aPod('postgres'), anAirflowPod({ 'git-sync': { ready: false } })],
      [probe('Readiness probe failed: {"Msg":"m","Err":"write: no space left on device"}')],
    ),
    'DiskFull',
    /too large for the preview's volumes/,
  ],
  [
    'a branch without the DAG folder',
    world([aPod('postgres'), anAirflowPod({ airflow: { ready: false } })], [probe(NO_FOLDER)]),
    'DagsFolderMissing',
    /^Branch feature\/hardy has no folder dags\. Push one, or change spec\.code\.dagsFolder/,
  ],
])('%s is %3$s', (_what, scene, reason, message) => {
  const said = explained(scene);
  expect(said?.reason).toBe(reason);
  expect(said?.message).toMatch(message);
});

test.each<[what: string, scene: Scene]>([
  ['all is well', aScene()],
  ['nothing is there yet', world([])],
  [
    'containers are being created',
    airflowWith({ scheduler: { ...down, waiting: { reason: 'ContainerCreating', message: '' } } }),
  ],
  [
    'a container exited once: another part may have been late',
    airflowWith({
      scheduler: { ...down, restarts: 1, ended: { reason: 'Error', exitCode: 1, message: '' } },
    }),
  ],
  [
    'a container ended well',
    airflowWith({
      migrate: { ...down, restarts: 5, ended: { reason: 'Completed', exitCode: 0, message: '' } },
    }),
  ],
  [
    'git-sync has just started',
    airflowWith({ 'git-sync': { ready: false, startedAt: NOW.getTime() - 19_000 } }),
  ],
  ['git-sync does not run yet', airflowWith({ 'git-sync': down })],
  [
    'the DAG processor is not ready, and no probe says why',
    airflowWith({ 'dag-processor': { ready: false } }),
  ],
  [
    'the folder is not there before git-sync is done',
    world(
      [
        anAirflowPod({
          'git-sync': { ready: false, startedAt: NOW.getTime() },
          'dag-processor': { ready: false },
        }),
      ],
      [probe(NO_FOLDER)],
    ),
  ],
  [
    'the node has lost sight of a container: that is no word of it',
    airflowWith({
      'git-sync': {
        ...down,
        restarts: 1,
        ended: {
          reason: 'ContainerStatusUnknown',
          exitCode: 137,
          message: 'The container could not be located when the pod was terminated',
        },
      },
    }),
  ],
  [
    'the pod with the wrong image is going',
    airflowWith(
      { scheduler: { ...down, waiting: { reason: 'ErrImagePull', message: '' } } },
      { deleting: true },
    ),
  ],
])('patience is enough while %s', (_what, scene) => {
  expect(explained(scene)).toBeUndefined();
});

test('what stands in the way of everything else is told first', () => {
  const scene = world([
    aPod('postgres', { unschedulable: 'no room', containers: [] }),
    anAirflowPod({ 'git-sync': { ready: false } }),
  ]);
  expect(explained(scene)?.reason).toBe('PodUnschedulable');
});

test('last words are cut, so that a status stays small', () => {
  const ended = { reason: 'Error', exitCode: 1, message: 'x'.repeat(4_000) };
  const said = explained(airflowWith({ scheduler: { ...down, restarts: 2, ended } }));
  expect(said?.message.length).toBeLessThan(500);
});
