import { Linter } from 'eslint';
import { expect, test } from 'vitest';
// @ts-expect-error: rules are JavaScript, as ESLint loads them.
import { reasonsByColumn } from '../../lint/reasons-by-column.js';

const complaints = (code: string, filename = '/offshoot/src/notify/announce.ts') =>
  new Linter({ cwd: '/offshoot' })
    .verify(
      code,
      [
        {
          files: ['**/*.ts'],
          plugins: { offshoot: { rules: { 'reasons-by-column': reasonsByColumn as never } } },
          rules: { 'offshoot/reasons-by-column': 'error' },
        },
      ],
      filename,
    )
    .map(({ message }) => message.split('.')[0]);

test.each([
  "if (ready.reason === 'Queued') wait();",
  "if (ready?.reason !== 'Ready') wait();",
  "if ((ready?.reason ?? '') == 'Ready') wait();",
  "if ('Suspended' === reason) wait();",
  "if (plan.why === 'NamespaceTaken') wait();",
  "if (reasonOf(preview) === 'Ready') wait();",
  "const waiting = ['BranchNotVerified', 'Queued'];",
  "if (['Refused', 'NamespaceTaken'].includes(word)) wait();",
  "const waiting = new Set(['Queued']);",
  'const words = { Queued: 1, Suspended: 2 };',
  "switch (reason) { case 'Ready': wait(); }",
  "if (reason.startsWith('ImagePull')) wait();",
])('a reason that is compared or listed by name is reported: %s', (code) => {
  expect(complaints(code)).toEqual([expect.stringMatching(/ is a reason$/)]);
});

test.each([
  "const said = { type: 'Ready', reason: 'Queued', message: '' };",
  "throw new Problem('GitRefused', 'No.');",
  "const reason = other?.reason ?? 'Preparing';",
  "if (rowOf(reason).kind === 'waiting') wait();",
  "const overall = ['Ready', 'Reconciling', 'Stalled'];",
  "const ready = conditions.find((one) => one.type === 'Ready');",
  "if (['ChannelNotFound', 'Refused'].includes(error.code)) wait();",
  "if (reason === 'NoPreview') wait();",
])('what creates a condition, or speaks of something else, is fine: %s', (code) => {
  expect(complaints(code)).toEqual([]);
});

test('the table, and what is no part of the product, may name them', () => {
  const code = "if (reason === 'Queued') wait();";
  expect(complaints(code, '/offshoot/src/model/reasons.ts')).toEqual([]);
  expect(complaints(code, '/offshoot/demo/judge.ts')).toEqual([]);
});
