import { expect, test } from 'vitest';
import { createGitSyncWaker } from '../../src/controller/preview/wake-git-sync.ts';
import { annotation, label } from '../../src/model/labels.ts';
import { namespaceOf } from '../../src/model/preview.ts';
import * as airflows from '../../src/airflow/all.ts';
import { createLook } from '../../src/backends/native/look/look.ts';
import { wakeFor } from '../../src/plan/wake.ts';
import { aLive, anObserved, aPreview, HEAD, OTHER_HEAD, verified } from '../support/builders.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview } from '../../src/model/preview.ts';

const aPodOf = (
  part: string,
  { running = true, ready = true, deleting = false, startedAt = '2026-11-20T10:00:00Z' } = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${part}-1`,
    uid: `${part}-1`,
    namespace: namespaceOf(aPreview()),
    labels: { [label.part]: part },
    ...(deleting && { deletionTimestamp: '2026-11-20T10:00:00Z' }),
  },
  status: {
    initContainerStatuses: [{ name: 'git-sync', ready, state: running ? { running: { startedAt } } : {} }],
  },
});

const look = createLook(() => [], airflows);

/** A waker with a clock, and what it told whom. */
function aWaker(pods = [aPodOf('postgres'), aPodOf('airflow')], fails = false) {
  const told: string[] = [];
  const warnings: object[] = [];
  let at = 0;
  const waker = createGitSyncWaker({
    exec: async ({ namespace, pod, container }, command) => {
      told.push(`${namespace}/${pod}/${container}: ${command.join(' ')}`);
      if (fails) throw new Error('the kubelet does not answer');
    },
    monotonic: () => at,
    log: { warn: (fields) => warnings.push(fields) },
  });
  /** With what the plan makes of the pods that are observed. */
  const wake = (preview: Preview) => {
    const observed = anObserved({ checkout: look(aLive({ pods })).checkout });
    return waker(preview, preview.metadata.deletionTimestamp ? undefined : wakeFor(preview, observed));
  };
  /** Asks whenever it wants to be asked; the seconds at which it told git-sync. */
  const follow = (preview: Preview): number[] => {
    const times: number[] = [];
    for (let ms: number | undefined = 0; ms !== undefined;) {
      at += ms;
      const before = told.length;
      ms = wake(preview);
      if (told.length > before) times.push(at / 1_000);
    }
    return times;
  };
  return { told, warnings, wake, follow, later: (ms: number) => (at += ms) };
}

const preview = (head: string, synced?: string, deleting = false) =>
  aPreview({
    status: { ...verified, branch: { head } },
    deleting,
    ...(synced && { annotations: { [annotation.synced]: synced } }),
  });
const SIGNAL = `${namespaceOf(aPreview())}/airflow-1/git-sync: sh -c kill -HUP 1`;

test('a new head is told at once, to git-sync alone', () => {
  const { told, wake } = aWaker();
  expect(wake(preview(HEAD, HEAD))).toBeUndefined();
  expect(wake(preview(OTHER_HEAD, HEAD))).toBe(3_000);
  expect(told).toEqual([SIGNAL]);
});

test.each([
  ['it goes well', false],
  ['it fails', true],
])('whether %s, it is told again and again until git-sync’s own period has passed', (_how, fails) => {
  const { wake, follow } = aWaker(undefined, fails);
  wake(preview(HEAD, HEAD));
  expect(follow(preview(OTHER_HEAD, HEAD))).toEqual([0, 3, 9, 21, 45]);
});

test('asked too early, it tells nobody, and when to be asked', () => {
  const { told, wake, later } = aWaker();
  wake(preview(OTHER_HEAD, HEAD));
  later(1_000);
  expect(wake(preview(OTHER_HEAD, HEAD))).toBe(2_000);
  expect(told).toHaveLength(1);
});

test('once it is there, nobody is woken any more, until the next', () => {
  const { told, wake, later } = aWaker();
  wake(preview(OTHER_HEAD, HEAD));
  later(60_000);
  expect(wake(preview(OTHER_HEAD, OTHER_HEAD))).toBeUndefined();
  expect(told).toHaveLength(1);
  wake(preview(HEAD, OTHER_HEAD));
  expect(told).toHaveLength(2);
});

test('after a restart of Offshoot, what has not arrived is told at once', () => {
  expect(aWaker().follow(preview(OTHER_HEAD, HEAD))[0]).toBe(0);
});

test('the first commit needs no word; one pushed before it is there does', () => {
  const { told, wake } = aWaker([aPodOf('airflow', { ready: false })]);
  expect(wake(preview(HEAD))).toBe(3_000);
  expect(told).toEqual([]);
  wake(preview(OTHER_HEAD));
  expect(told).toEqual([SIGNAL]);
});

test('a first fetch that failed is tried again without waiting for git-sync’s next look', () => {
  const pods = [aPodOf('airflow', { ready: false })];
  const { follow } = aWaker(pods);
  expect(follow(preview(HEAD))).toEqual([3, 9, 21, 45]);
});

test('where nobody tells which commit is synced, the first is there when git-sync is ready', () => {
  expect(aWaker().follow(preview(HEAD))).toEqual([]);
});

test('a git-sync that starts after the push fetches by itself; it is told when that came to nothing', () => {
  const pods = [aPodOf('airflow')];
  const { wake, follow, told } = aWaker(pods);
  wake(preview(HEAD, HEAD));
  pods[0] = aPodOf('airflow', { running: false });
  expect(wake(preview(OTHER_HEAD, HEAD))).toBeUndefined();
  expect(told).toEqual([]);
  pods[0] = aPodOf('airflow', { startedAt: '2026-11-20T10:00:09Z' });
  expect(follow(preview(OTHER_HEAD, HEAD))[0]).toBe(3);
});

test.each([
  ['no pod', []],
  ['a pod whose git-sync has not started', [aPodOf('airflow', { running: false })]],
  ['a pod that is going', [aPodOf('airflow', { deleting: true })]],
])('with %s nobody is told', (_what, pods) => {
  const { told, wake } = aWaker(pods);
  expect(wake(preview(OTHER_HEAD, HEAD))).toBeUndefined();
  expect(told).toEqual([]);
});

test('of two pods it is the one whose git-sync runs that is told', () => {
  const ended = aPodOf('airflow', { running: false });
  const { told, wake } = aWaker([ended, aPodOf('airflow')]);
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
