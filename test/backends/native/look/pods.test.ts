import { expect, test } from 'vitest';
import { summarise, summariseAll } from '../../../../src/backends/native/look/pods.ts';
import { label } from '../../../../src/model/labels.ts';
import type { PodSummary } from '../../../../src/backends/native/look/pods.ts';
import type { KubeObject } from '../../../../src/model/object.ts';

const NAMESPACE = 'dags-feature-hardy';
const object = (
  kind: string,
  name: string,
  parts: Partial<KubeObject['metadata']> = {},
  body: object = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: NAMESPACE, uid: `uid-${name}`, ...parts },
  ...body,
});

test('a pod is reduced to what conditions are made of', () => {
  const pod = object(
    'Pod',
    'airflow-1',
    { creationTimestamp: '2026-11-20T09:59:00Z', labels: { [label.part]: 'airflow' } },
    {
      status: {
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }],
        initContainerStatuses: [
          {
            name: 'git-sync',
            image: 'g',
            ready: true,
            restartCount: 1,
            state: { running: { startedAt: '2026-11-20T09:59:30Z' } },
            lastState: { terminated: { reason: 'Error', exitCode: 1 } },
          },
        ],
        containerStatuses: [
          { name: 'scheduler', image: 's', state: { waiting: { reason: 'ErrImagePull', message: 'no' } } },
        ],
      },
    },
  );
  expect(summarise(pod)).toEqual({
    name: 'airflow-1',
    namespace: NAMESPACE,
    uid: 'uid-airflow-1',
    part: 'airflow',
    createdAt: Date.parse('2026-11-20T09:59:00Z'),
    deleting: false,
    ready: false,
    unschedulable: 'no room',
    ended: undefined,
    containers: [
      {
        name: 'git-sync',
        image: 'g',
        ready: true,
        running: true,
        startedAt: Date.parse('2026-11-20T09:59:30Z'),
        restarts: 1,
        waiting: undefined,
        ended: { reason: 'Error', exitCode: 1, message: '' },
      },
      {
        name: 'scheduler',
        image: 's',
        ready: false,
        running: false,
        startedAt: undefined,
        restarts: 0,
        waiting: { reason: 'ErrImagePull', message: 'no' },
        ended: undefined,
      },
    ],
  });
});

const STATUS_UNKNOWN = { terminated: { reason: 'ContainerStatusUnknown', exitCode: 137 } };
const aKubePod = (name: string, second: number, status: object, part = 'airflow') =>
  object(
    'Pod',
    name,
    { creationTimestamp: `2026-11-20T10:00:0${second}Z`, labels: { [label.part]: part } },
    { status },
  );
const unseen = aKubePod('old', 0, {
  phase: 'Running',
  initContainerStatuses: [{ name: 'git-sync', image: 'g', state: STATUS_UNKNOWN }],
  containerStatuses: [{ name: 'airflow', image: 'a', state: { waiting: { reason: 'PodInitializing' } } }],
});
const successor = aKubePod('new', 1, { phase: 'Running' });

test.each<[what: string, pods: KubeObject[], ended: PodSummary['ended']]>([
  [
    'it was put out',
    [aKubePod('old', 0, { phase: 'Failed', reason: 'Evicted', message: 'Usage of\n' })],
    { reason: 'Evicted', message: 'Usage of' },
  ],
  [
    'it was put out, and its containers ended well',
    [aKubePod('old', 0, { phase: 'Succeeded' })],
    { reason: '', message: '' },
  ],
  [
    'its node has lost sight of it, and it was replaced',
    [unseen, successor],
    { reason: 'ContainerStatusUnknown', message: '' },
  ],
  ['its node has lost sight of it, and it was not replaced', [unseen], undefined],
  [
    'its node has lost sight of it, and another part is younger',
    [unseen, aKubePod('database', 1, { phase: 'Running' }, 'postgres')],
    undefined,
  ],
  [
    'its node has lost sight of one container, and others run',
    [
      aKubePod('old', 0, {
        phase: 'Running',
        containerStatuses: [
          { name: 'airflow', image: 'a', state: { running: {} } },
          { name: 'git-sync', image: 'g', state: STATUS_UNKNOWN },
        ],
      }),
      successor,
    ],
    undefined,
  ],
  ['it has just been made', [aKubePod('old', 0, { phase: 'Pending' }), successor], undefined],
])('whether a pod has ended for good, when %s', (_what, pods, ended) => {
  expect(summariseAll(pods)[0]).toMatchObject({ name: 'old', ended });
});

test('a pod that the kubelet has not touched yet can be read as well', () => {
  expect(summarise(object('Pod', 'new'))).toMatchObject({
    ready: false,
    unschedulable: undefined,
    containers: [],
  });
});
