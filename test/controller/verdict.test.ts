import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ABSENCE_MS, judge as judgeAt } from '../../src/controller/repository/verdict.ts';
import { aMark, aPreview, HEAD, NOW, OTHER_HEAD } from '../support/builders.ts';
import type { Answer } from '../../src/forges/api.ts';
import type { Preview } from '../../src/model/preview.ts';

const now = NOW.getTime();
/** Where both clocks run alike. */
const judge = (preview: Preview, answer: Answer, firstAbsentAt: number, at: number) =>
  judgeAt(preview, answer, firstAbsentAt, { wall: at, monotonic: at });
const absent: Answer = { state: 'absent' };
const exists = (head: string): Answer => ({ state: 'exists', head });
const marked = (expectedHead?: string, ageMs = 0) =>
  aPreview({
    annotations: aMark({
      requested: new Date(now - ageMs).toISOString(),
      ...(expectedHead && { expectedHead }),
    }),
  });

test('a branch that is absent for the first time is a suspect, to be asked about again in two seconds', () => {
  expect(judge(aPreview(), absent, 0, now)).toEqual({
    kind: 'suspect',
    firstAbsentAt: now,
    askAgainInMs: 2_000,
  });
});

test('absent again too soon, it is asked about when the two seconds are over', () => {
  expect(judge(aPreview(), absent, now - 500, now)).toEqual({
    kind: 'suspect',
    firstAbsentAt: now - 500,
    askAgainInMs: 1_500,
  });
});

test('absent twice, two seconds apart, it is gone', () => {
  expect(judge(aPreview(), absent, now - ABSENCE_MS, now)).toEqual({ kind: 'gone' });
});

test('a branch that was pushed a moment ago is not believed absent, however often', () => {
  expect(judge(marked(HEAD, 10_000), absent, now - 60_000, now)).toEqual({
    kind: 'suspect',
    firstAbsentAt: 0,
    askAgainInMs: 10_000,
  });
});

test('after a minute the code host’s answer counts, whatever the hint said', () => {
  expect(judge(marked(HEAD, 60_000), absent, now - ABSENCE_MS, now)).toEqual({ kind: 'gone' });
});

test.each([
  ['nobody asked', aPreview(), HEAD, undefined, undefined],
  ['somebody asked without a belief', marked(), HEAD, NOW.toISOString(), undefined],
  ['the belief agrees', marked(HEAD), HEAD, NOW.toISOString(), undefined],
  ['the belief differs: the answer lags', marked(OTHER_HEAD), HEAD, undefined, 1_000],
  ['the belief is that it is gone: the answer lags', marked('absent', 4_000), HEAD, undefined, 4_000],
  ['the belief has differed for long', marked(OTHER_HEAD, 45_000), HEAD, undefined, 30_000],
  [
    'the belief has differed for a minute: another push came between',
    marked(OTHER_HEAD, 60_000),
    HEAD,
    new Date(now - 60_000).toISOString(),
    undefined,
  ],
])('it exists, and %s', (_what, preview: Preview, head, handled, askAgainInMs) => {
  expect(judge(preview, exists(head), 0, now)).toEqual({ kind: 'exists', head, handled, askAgainInMs });
});

test('a mark that was handled stays handled', () => {
  const preview = aPreview({
    status: { branch: { handledCheck: 'T1' } },
    annotations: aMark({ requested: 'T1', expectedHead: OTHER_HEAD }),
  });
  expect(judge(preview, exists(HEAD), 0, now)).toEqual({
    kind: 'exists',
    head: HEAD,
    handled: 'T1',
    askAgainInMs: undefined,
  });
});

test.each([
  ['no time', 'tomorrow'],
  ['far in the future', '2099-01-01T00:00:00.000Z'],
  ['long ago', '1999-01-01T00:00:00.000Z'],
])(
  'a mark whose time is %s, written by hand, neither protects a branch for ever nor asks without end',
  (_what, requested) => {
    const preview = aPreview({ annotations: aMark({ requested, expectedHead: HEAD }) });
    expect(judge(preview, absent, now - ABSENCE_MS, now)).toEqual({ kind: 'gone' });
    expect(judge(preview, exists(OTHER_HEAD), 0, now)).toMatchObject({
      kind: 'exists',
      handled: requested,
      askAgainInMs: undefined,
    });
  },
);

test('a clock that is a few seconds ahead elsewhere does no harm', () => {
  const preview = aPreview({
    annotations: aMark({ requested: new Date(now + 3_000).toISOString(), expectedHead: HEAD }),
  });
  expect(judge(preview, absent, now - ABSENCE_MS, now)).toMatchObject({ kind: 'suspect', firstAbsentAt: 0 });
});

interface Step {
  afterMs: number;
  sees: 'absent' | 'there' | 'error';
  push: boolean;
}

test('over any history of answers, errors and pushes: gone only after two absences in a row, 2 s or more apart, and never within a minute of a push', () => {
  const step = fc.record<Step>({
    afterMs: fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 100_000 })),
    sees: fc.oneof(
      { weight: 3, arbitrary: fc.constant('absent' as const) },
      fc.constantFrom('there' as const, 'error' as const),
    ),
    push: fc.boolean(),
  });
  let proven = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, hinted) => {
      let at = now;
      let firstAbsentAt = 0; // what Memory.suspects holds: an error changes nothing
      let pushedAt = -Infinity;
      let preview = aPreview();
      let absences: number[] = [];
      for (const { afterMs, sees, push } of steps) {
        at += afterMs;
        if (push && hinted) {
          pushedAt = at;
          preview = aPreview({
            annotations: aMark({ requested: new Date(at).toISOString(), expectedHead: HEAD }),
          });
        }
        if (sees === 'error') continue;
        absences = sees === 'absent' ? [...absences, at] : [];
        const verdict = judge(preview, sees === 'absent' ? absent : exists(HEAD), firstAbsentAt, at);
        if (verdict.kind === 'gone') {
          proven++;
          expect(absences.length).toBeGreaterThanOrEqual(2);
          expect(at - absences[0]!).toBeGreaterThanOrEqual(ABSENCE_MS);
          expect(at - pushedAt).toBeGreaterThanOrEqual(60_000);
          return;
        }
        if (verdict.kind === 'suspect') {
          expect(verdict.askAgainInMs).toBeGreaterThan(0);
          expect(verdict.askAgainInMs).toBeLessThanOrEqual(30_000);
        }
        firstAbsentAt = verdict.kind === 'suspect' ? verdict.firstAbsentAt : 0;
      }
    }),
    { numRuns: 3_000 },
  );
  expect(proven).toBeGreaterThan(100); // the histories do reach the verdict that they guard
});

test('a branch that stays absent is gone after at most three questions', () => {
  let [first, at] = [0, now];
  for (let asked = 1; ; asked++) {
    const verdict = judge(aPreview(), absent, first, at);
    if (verdict.kind === 'gone') return expect(asked).toBeLessThanOrEqual(3);
    if (verdict.kind !== 'suspect') throw new Error(verdict.kind);
    first = verdict.firstAbsentAt;
    at += verdict.askAgainInMs;
  }
});

test('F13: an absence is measured by the clock that only goes forward, a mark’s age by the wall clock', () => {
  const hourAgo = now - 3_600_000;
  expect(judgeAt(aPreview(), absent, 5_000, { wall: hourAgo, monotonic: 5_000 + ABSENCE_MS })).toEqual({
    kind: 'gone',
  });
  // A mark from before the clock was set back lies an hour ahead: it protects nothing for that hour.
  expect(judgeAt(marked(HEAD), absent, 5_000, { wall: hourAgo, monotonic: 5_000 + ABSENCE_MS })).toEqual({
    kind: 'gone',
  });
});
