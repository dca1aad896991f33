import { expect, test } from 'vitest';
import { annotation } from '../../src/model/labels.ts';
import { wakeFor } from '../../src/plan/wake.ts';
import { anObserved, aPreview, HEAD, OTHER_HEAD } from '../support/builders.ts';
import type { Checkout } from '../../src/backends/api.ts';

const checkout: Checkout = {
  run: 'uid 1',
  ready: true,
  container: { namespace: 'n', pod: 'airflow-1', container: 'git-sync' },
  lookNow: ['true'],
};

const wake = (head: string | undefined, synced: string | undefined, runs: Checkout | undefined = checkout) =>
  wakeFor(
    aPreview({
      ...(head && { status: { branch: { head } } }),
      ...(synced && { annotations: { [annotation.synced]: synced } }),
    }),
    anObserved({ checkout: runs }),
  );

test('a head that git-sync has not fetched is told to it; a push differs from the first fetch', () => {
  expect(wake(OTHER_HEAD, HEAD)).toEqual({ head: OTHER_HEAD, pushed: true, checkout });
  expect(wake(HEAD, undefined)).toEqual({ head: HEAD, pushed: false, checkout });
});

test('one that it has, or that nobody knows, is not', () => {
  expect(wake(HEAD, HEAD)).toBeUndefined();
  expect(wake(undefined, HEAD)).toBeUndefined();
  expect(wake(undefined, undefined)).toBeUndefined();
});

test('while git-sync does not run, there is nobody to tell it to', () => {
  const notRunning = wakeFor(aPreview({ status: { branch: { head: HEAD } } }), anObserved());
  expect(notRunning).toEqual({ head: HEAD, pushed: false, checkout: undefined });
});
