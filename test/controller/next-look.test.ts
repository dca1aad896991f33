import { expect, test } from 'vitest';
import { graceBeforeFirstStatusMs, nextLookMs } from '../../src/controller/preview/next-look.ts';
import { aCondition, aDesign, anObserved, aPreview, NOW } from '../support/builders.ts';
import type { Plan } from '../../src/plan/api.ts';
import type { Condition } from '../../src/model/conditions.ts';

type Look = Parameters<typeof nextLookMs>[0];

const converge: Plan = { kind: 'Converge', design: aDesign() };
const wait = (reason: Extract<Plan, { kind: 'Wait' }>['reason']): Plan => ({
  kind: 'Wait',
  reason,
  message: 'm',
});
const is = (ready: Partial<Condition>, healthy = true) => ({
  conditions: [
    aCondition({ type: 'Ready', ...ready }),
    aCondition({ type: 'AirflowHealthy', status: healthy ? 'True' : 'False' }),
  ],
});
const ready = is({ status: 'True', reason: 'Ready' });
const starting = is({ status: 'False', reason: 'AirflowStarting' }, false);
const contested = (...agains: number[]) =>
  agains.map((againInMs) => ({ change: 'contested' as const, object: 'o', by: 'somebody', againInMs }));
const error = new Error('no');

test.each<[what: string, ms: number, look: Partial<Look>]>([
  ['that is ready and answers', 20_000, {}],
  ['that is ready with a flaw', 5_000, { status: is({ status: 'True', reason: 'GitRefused' }) }],
  [
    'that is ready and did not answer just now',
    5_000,
    { status: is({ status: 'True', reason: 'Ready' }, false) },
  ],
  ['that starts and may answer', 500, { status: starting }],
  [
    'that starts and of which nothing runs yet',
    5_000,
    { status: starting, observed: anObserved({ serving: false }) },
  ],
  ['that has started for three minutes', 5_000, { status: starting, now: new Date(NOW.getTime() + 180_000) }],
  [
    'that was made in a far future',
    5_000,
    { status: starting, preview: aPreview({ createdAt: '2036-11-20T10:00:00Z' }) },
  ],
  ['that could not be applied', 5_000, { acted: { failed: { error } } }],
  ['that waits for what is not watched', 5_000, { plan: wait('NamespaceTaken') }],
  ['that waits for its slot', 20_000, { plan: wait('Queued') }],
  ['whose git-sync is to be woken again', 3_000, { wakeAgainMs: 3_000 }],
  ['that is fought over', 700, { acted: { contested: contested(9_000, 700) } }],
  ['that was fought over and is as it should be', 20_000, { acted: { contested: contested(0) } }],
])('a preview %s is looked at again in %d ms', (_what, ms, look) => {
  const usual: Look = {
    preview: aPreview(),
    observed: anObserved(),
    now: NOW,
    plan: converge,
    acted: {},
    status: ready,
    wakeAgainMs: undefined,
  };
  expect(nextLookMs({ ...usual, ...look })).toBe(ms);
});

const madeAt = (seconds: number, status = {}) => ({
  ...aPreview({ createdAt: new Date(NOW.getTime() + seconds * 1_000).toISOString() }),
  status,
});

test.each([
  ['was just made', madeAt(0), wait('BranchNotVerified'), 2_000],
  ['was made a second ago', madeAt(-1), wait('BranchNotVerified'), 1_000],
  ['has a status already', madeAt(0, { conditions: [] }), wait('BranchNotVerified'), 0],
  ['waits for something else', madeAt(0), wait('NamespaceTaken'), 0],
  ['has its branch', madeAt(0), converge, 0],
  ['was made by a clock a few seconds ahead', madeAt(4), wait('BranchNotVerified'), 6_000],
  ['was made by a clock far ahead', madeAt(60), wait('BranchNotVerified'), 0],
])(
  'of a Preview that %s, the first status is kept back for as long as a look-up takes',
  (_what, preview, plan, ms) => {
    expect(Math.max(0, graceBeforeFirstStatusMs(preview, plan, NOW))).toBe(ms);
  },
);
