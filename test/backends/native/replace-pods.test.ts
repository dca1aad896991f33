import { expect, test } from 'vitest';
import { replacePods, superseded } from '../../../src/backends/native/replace-pods.ts';
import { anAirflowPod, aScene, aPod, NOW } from '../../support/builders.ts';
import type { Ref } from '../../../src/cluster/api.ts';
import type { PodSummary } from '../../../src/backends/native/look/pods.ts';

const ago = (seconds: number) => NOW.getTime() - seconds * 1_000;
const put = (name: string, seconds: number): PodSummary =>
  anAirflowPod(
    {},
    { name, uid: name, createdAt: ago(seconds), ended: { reason: 'Evicted', message: 'full' } },
  );
const names = (pods: PodSummary[]) => superseded(pods, NOW.getTime()).map(({ name }) => name);

test.each<[what: string, pods: PodSummary[], useless: string[]]>([
  ['nothing was put out', [aPod('postgres'), anAirflowPod()], []],
  ['it is the last one, and nothing runs yet', [put('a', 60)], []],
  ['another one was put out later', [put('a', 60), put('b', 30)], ['a']],
  ['two were made within one second', [put('a', 60), put('b', 60)], ['a']],
  ['its successor runs since a moment', [put('a', 200), anAirflowPod({}, { createdAt: ago(120) })], []],
  ['its successor runs for long', [put('a', 200), anAirflowPod({}, { createdAt: ago(121) })], ['a']],
  [
    'its successor is not ready',
    [put('a', 900), anAirflowPod({}, { createdAt: ago(600), ready: false })],
    [],
  ],
  ['only the database runs', [put('a', 900), aPod('postgres', { createdAt: ago(600) })], []],
])('of the pods that nodes ended, useless are, when %s: %j', (_what, pods, useless) => {
  expect(names(pods)).toEqual(useless);
});

test('the Airflow that outlived its database is deleted, pinned to its uid, and no other pod', async () => {
  const deleted: [Ref, object | undefined][] = [];
  const cluster = {
    delete: async (...call: [Ref, object?]) => (deleted.push([call[0], call[1]]), 'deleted' as const),
  };
  const outlived = anAirflowPod({}, { name: 'airflow-old', uid: 'uid-old' });
  const gone = await replacePods(cluster, 'ns', aScene({ pods: [aPod('postgres'), outlived], outlived }));
  expect(gone).toEqual(['Pod/airflow-old']);
  expect(deleted).toEqual([
    [expect.objectContaining({ namespace: 'ns', name: 'airflow-old' }), { uid: 'uid-old' }],
  ]);
});
