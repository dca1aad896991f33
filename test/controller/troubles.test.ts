import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createTroubles, retry } from '../../src/controller/troubles.ts';
import { Problem } from '../../src/model/problem.ts';
import type { ClusterErrorCode } from '../../src/cluster/errors.ts';

function aTeller() {
  let at = 0;
  const troubles = createTroubles(() => at);
  return {
    tell: (error: unknown, stands?: string) => troubles.tell('x', error, stands),
    over: () => troubles.over('x'),
    wait: (ms: number) => void (at += ms),
  };
}

const anError = (code: ClusterErrorCode) => new ClusterError(code, `create namespaces n: ${code}`);

test.each<ClusterErrorCode>([
  'Conflict',
  'Internal',
  'TooManyRequests',
  'Unavailable',
  'Timeout',
  'Unreachable',
  'Unauthorized',
  'NotFound',
  'AlreadyExists',
  'Gone',
  'Aborted',
])('%s is told in its own words once it has lasted ten seconds', (code) => {
  const { tell, wait } = aTeller();
  expect(tell(anError(code))).toBeUndefined();
  wait(9_000);
  expect(tell(anError(code))).toBeUndefined();
  wait(1_000);
  expect(tell(anError(code))).toEqual(
    expect.objectContaining({
      reason: 'Retrying',
      message: `create namespaces n: ${code}. Offshoot retries at least every minute.`,
    }),
  );
});

test.each<[ClusterErrorCode, string]>([
  ['Forbidden', 'Refused'],
  ['Invalid', 'Refused'],
  ['BadRequest', 'Refused'],
  ['NamespaceGone', 'Refused'],
  ['WebhookFailed', 'Refused'],
  ['NotOurs', 'NamespaceTaken'],
])('%s is told at once, as %s', (code, reason) => {
  expect(aTeller().tell(anError(code))).toMatchObject({
    reason,
    message: expect.stringMatching(/^create namespaces n: /) as string,
  });
});

test('so is what has a reason of its own', () => {
  const said = { reason: 'SecretMissing', message: 'Not there.' } as const;
  expect(aTeller().tell(new Problem(said.reason, said.message))).toMatchObject(said);
});

test('a fault of Offshoot’s own is told like any other', () => {
  const { tell, wait } = aTeller();
  tell(new TypeError('x is not a function'));
  wait(10_000);
  expect(tell(new TypeError('x is not a function'))).toMatchObject({ reason: 'Retrying' });
});

test('what was over in between begins anew', () => {
  const { tell, over, wait } = aTeller();
  tell(anError('Conflict'));
  over();
  wait(60_000);
  expect(tell(anError('Conflict'))).toBeUndefined();
});

test('what another process told already, is told on by this one', () => {
  expect(aTeller().tell(anError('Internal'), 'Retrying')).toMatchObject({ reason: 'Retrying' });
  expect(aTeller().tell(anError('Internal'), 'DatabaseStarting')).toBeUndefined();
});

test('words that differ each time are told once a minute; another reason at once', () => {
  const { tell, wait } = aTeller();
  const webhook = (port: number) => new ClusterError('WebhookFailed', `read tcp 10.0.0.1:${port}`);
  const first = tell(webhook(1));
  wait(59_000);
  expect(tell(webhook(2))).toEqual(first);
  wait(1_000);
  const second = tell(webhook(3));
  expect(second?.message).toContain('10.0.0.1:3');
  expect(tell(anError('NotOurs'))).toMatchObject({ reason: 'NamespaceTaken' });
});

test('whoever asked for patience gets it', () => {
  const busy = new ClusterError('TooManyRequests', 'later', { retryAfterSeconds: 7 });
  expect(retry(busy)).toEqual({ kind: 'Retry', error: busy, ms: 7_000 });
  const limited = new Problem('RateLimited', 'later', { retryAfterMs: 900 });
  expect(retry(limited)).toEqual({ kind: 'Retry', error: limited, ms: 900 });
});
