import { expect, test } from 'vitest';
import { createGitSyncWaker } from '../../src/controller/preview/wake-git-sync.ts';
import { annotation, label } from '../../src/model/labels.ts';
import { aPreview, HEAD, OTHER_HEAD, verified } from '../support/builders.ts';
import type { KubeObject } from '../../src/model/object.ts';

const aPodOf = (part: string, running: boolean, deleting = false): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${part}-1`,
    namespace: 'dags-feature-hardy',
    labels: { [label.part]: part },
    ...(deleting && { deletionTimestamp: '2026-11-20T10:00:00Z' }),
  },
  status: { initContainerStatuses: [{ name: 'git-sync', state: running ? { running: {} } : {} }] },
});

/** A waker with a clock, and what it told whom. */
function aWaker(pods = [aPodOf('postgres', true), aPodOf('airflow', true)], fails = false) {
  const told: string[] = [];
  const warnings: object[] = [];
  let at = 0;
  const wake = createGitSyncWaker({
    exec: async ({ namespace, pod, container }, command) => {
      told.push(`${namespace}/${pod}/${container}: ${command.join(' ')}`);
      if (fails) throw new Error('the kubelet does not answer');
    },
    podsOf: () => pods,
    now: () => new Date(at),
    log: { warn: (fields) => warnings.push(fields) },
  });
  return { told, warnings, wake, later: (ms: number) => (at += ms) };
}

const preview = (head: string, synced?: string, deleting = false) =>
  aPreview({
    status: { ...verified, branch: { head } },
    deleting,
    ...(synced && { annotations: { [annotation.synced]: synced } }),
  });
const SIGNAL = 'dags-feature-hardy/airflow-1/git-sync: sh -c kill -HUP 1';

test('a new head is told at once to git-sync alone, and again a little later while it is not there', () => {
  const { told, wake, later } = aWaker();
  expect(wake(preview(HEAD, HEAD))).toBeUndefined();
  expect(wake(preview(OTHER_HEAD, HEAD))).toBe(3_000);
  expect(told).toEqual([SIGNAL]);
  later(1_000);
  expect(wake(preview(OTHER_HEAD, HEAD))).toBe(2_000);
  later(2_000);
  wake(preview(OTHER_HEAD, HEAD));
  expect(told).toHaveLength(2);
  later(60_000);
  wake(preview(OTHER_HEAD, HEAD));
  expect(wake(preview(OTHER_HEAD, HEAD))).toBeUndefined();
  expect(told).toHaveLength(3);
});

test('once it is there, nobody is woken any more', () => {
  const { told, wake, later } = aWaker();
  wake(preview(OTHER_HEAD, HEAD));
  later(60_000);
  expect(wake(preview(OTHER_HEAD, OTHER_HEAD))).toBeUndefined();
  expect(told).toHaveLength(1);
});

test('the first commit needs no word; one pushed before it is there does', () => {
  const { told, wake } = aWaker();
  expect(wake(preview(HEAD))).toBeUndefined();
  expect(told).toEqual([]);
  wake(preview(OTHER_HEAD));
  expect(told).toEqual([SIGNAL]);
});

test.each([
  ['no pod', []],
  ['a pod whose git-sync has not started', [aPodOf('airflow', false)]],
  ['a pod that is going', [aPodOf('airflow', true, true)]],
])('with %s nobody is told, and the next that runs is', (_what, pods) => {
  const { told, wake } = aWaker(pods);
  wake(preview(OTHER_HEAD, HEAD));
  expect(told).toEqual([]);
  pods.splice(0, 1, aPodOf('airflow', true));
  wake(preview(OTHER_HEAD, HEAD));
  expect(told).toEqual([SIGNAL]);
});

test('a preview that is being removed is left alone', () => {
  const { told, wake } = aWaker();
  expect(wake(preview(OTHER_HEAD, HEAD, true))).toBeUndefined();
  expect(told).toEqual([]);
});

test('that it fails is logged and harms nobody', async () => {
  const { warnings, wake } = aWaker(undefined, true);
  wake(preview(OTHER_HEAD, HEAD));
  await new Promise(setImmediate);
  expect(warnings).toHaveLength(1);
});
