import { expect, test } from 'vitest';
import { explain } from '../../../../src/backends/native/why/explain.ts';
import { aDesign, anAirflowPod, aScene, aPod, NOW } from '../../../support/builders.ts';
import type { PodSummary } from '../../../../src/backends/native/look/pods.ts';
import type { Warning } from '../../../../src/observe/api.ts';

const explained = (pods: PodSummary[], warnings: Warning[]) => explain(aScene({ pods, warnings }), aDesign());
const refusal = (message: string, about = 'ReplicaSet/airflow-7d9f'): Warning => ({
  reason: 'FailedCreate',
  message,
  about,
  lastSeen: NOW.getTime(),
});

test.each<[what: string, reason: string, pods: PodSummary[], refusal: Warning, message: RegExp]>([
  [
    'that the quota refuses',
    'QuotaExceeded',
    [aPod('postgres')],
    refusal('pods "airflow-x" is forbidden: exceeded quota: preview, requested: pods=1'),
    /^A pod exceeds the quota: .*Raise spec\.quota/,
  ],
  [
    'that the quota refuses, after the one before it was deleted',
    'QuotaExceeded',
    [aPod('postgres'), anAirflowPod({}, { deleting: true, createdAt: NOW.getTime() - 60_000 })],
    refusal('exceeded quota: preview'),
    /^A pod exceeds the quota/,
  ],
  [
    'of the database that the quota refuses',
    'QuotaExceeded',
    [anAirflowPod()],
    refusal('exceeded quota: preview', 'ReplicaSet/postgres-5ff9'),
    /^A pod exceeds the quota/,
  ],
  [
    'that an admission webhook refuses',
    'Refused',
    [],
    refusal('admission webhook "policy" denied the request'),
    /^A pod was refused: admission webhook "policy" denied the request A cluster policy rejects it/,
  ],
  [
    'that somebody else’s quota refuses for want of a limit',
    'Refused',
    [],
    refusal(
      'pods "airflow-x" is forbidden: failed quota: project: must specify limits.cpu for: airflow,git-sync',
    ),
    /^A pod was refused: .*must specify limits\.cpu for: airflow,git-sync .*: set limits\.cpu in spec\.quota/,
  ],
])('a pod %s is %s', (_what, reason, pods, warning, message) => {
  const said = explained(pods, [warning]);
  expect(said?.reason).toBe(reason);
  expect(said?.message).toMatch(message);
});

test.each<[what: string, pods: PodSummary[]]>([
  ['both pods are there', [aPod('postgres'), anAirflowPod()]],
  [
    'the pod that is being replaced was made after it',
    [aPod('postgres'), anAirflowPod({}, { deleting: true, createdAt: NOW.getTime() })],
  ],
  ['only the database is missing', [anAirflowPod()]],
])('a refusal of an Airflow pod is over when %s', (_what, pods) => {
  expect(explained(pods, [refusal('exceeded quota')])).toBeUndefined();
});
