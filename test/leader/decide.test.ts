import { expect, test } from 'vitest';
import { DEADLINE_MS, decide, DURATION_SECONDS, RENEW_MS } from '../../src/leader/decide.ts';
import { theLease } from '../../src/leader/lease.ts';
import type { Lease } from '../../src/leader/api.ts';

const aLease = (
  holderIdentity: string | undefined,
  parts: Partial<Lease['metadata']> = {},
  seconds = 12,
): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'offshoot', namespace: 'offshoot', creationTimestamp: '2026-11-20T10:00:00Z', ...parts },
  spec: { ...(holderIdentity !== undefined && { holderIdentity }), leaseDurationSeconds: seconds },
});

const me = { identity: 'pod-1_aaaa', podName: 'pod-1' };

test.each([
  ['there is none', undefined, 0, { kind: 'create' }],
  ['nobody has held it', aLease(undefined), 0, { kind: 'take' }],
  ['it was given up', aLease(''), 0, { kind: 'take' }],
  ['it is ours', aLease('pod-1_aaaa'), 60_000, { kind: 'renew' }],
  ['the process before in this pod held it', aLease('pod-1_bbbb'), 0, { kind: 'take' }],
  [
    'a pod whose name only begins so holds it',
    aLease('pod-10_bbbb'),
    0,
    { kind: 'wait', ms: 12_000, holder: 'pod-10_bbbb' },
  ],
  ['another holds it', aLease('pod-2_cccc'), 5_000, { kind: 'wait', ms: 7_000, holder: 'pod-2_cccc' }],
  ['another was not heard of for long', aLease('pod-2_cccc'), 12_000, { kind: 'take' }],
  ['somebody wrote a day into it', aLease('x', {}, 86_400), 0, { kind: 'wait', ms: 60_000, holder: 'x' }],
  [
    'somebody wrote less than nothing into it',
    aLease('x', {}, -5),
    0,
    { kind: 'wait', ms: 1_000, holder: 'x' },
  ],
] as const)('%s', (_what, lease, unchangedMs, decision) => {
  expect(decide(lease, me, unchangedMs)).toEqual(decision);
});

test('outside of a pod, whoever runs on the same host is somebody else', () => {
  expect(decide(aLease('laptop_bbbb'), { identity: 'laptop_aaaa', podName: undefined }, 0)).toMatchObject({
    kind: 'wait',
  });
});

test('a leader stops writing before anybody else may begin, and is heard of several times before that', () => {
  expect(DEADLINE_MS).toBeLessThan(DURATION_SECONDS * 1_000);
  expect(RENEW_MS * 3).toBeLessThan(DEADLINE_MS);
});

const own = aLease('a', { namespace: 'offshoot', creationTimestamp: '2026-11-20T12:00:00Z' });
const elsewhere = aLease('b', { namespace: 'somewhere' });
const fallback = aLease('c', { namespace: 'default', creationTimestamp: '2026-11-20T09:00:00Z' });

test('F24: a pod heeds the Lease of its own namespace alone: one that a stranger makes elsewhere keeps nobody away', () => {
  expect(theLease([elsewhere, fallback], 'offshoot')).toEqual({ namespace: 'offshoot', lease: undefined });
  expect(theLease([elsewhere, own, fallback], 'offshoot').lease).toBe(own);
});

test('F24: who runs outside of the cluster heeds the one of the cluster, wherever it lies', () => {
  expect(theLease([], undefined)).toEqual({ namespace: 'default', lease: undefined });
  expect(theLease([fallback], undefined)).toEqual({ namespace: 'default', lease: fallback });
  expect(theLease([fallback, own], undefined)).toEqual({ namespace: 'offshoot', lease: own });
  expect(theLease([own, elsewhere], undefined).lease).toBe(elsewhere);
});
