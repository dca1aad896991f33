import { expect, test } from 'vitest';
import { svgOf } from '../../bench/picture/svg.ts';
import { whereItGoes } from '../../bench/picture/where-it-goes.ts';
import type { ReadyBranch } from '../../demo/branch-ready.ts';

const branch = { branch: 'feature/x', from: new Date('2026-11-21T03:00:00.000Z'), seconds: 9 } as ReadyBranch;
const step = (phrase: string, seconds: number) => ({ name: `feature/x: ${phrase}, since push`, seconds });
const steps = [
  step('preview created', 0.5),
  step('database ready', 2),
  step('DAGs synced', 2.5),
  step('Airflow healthy', 8.5),
];
const log = [
  '2026-11-21T03:00:04.000Z airflow | 2.5 s: Airflow is imported',
  '2026-11-21T03:00:04.200Z scheduler | airflow | no words of the supervisor: the database has its schema',
  '2026-11-21T03:00:04.500Z airflow | 3.0 s: the database has its schema',
].join('\n');

test('every stage begins where the one before ended, and what goes side by side begins together', () => {
  expect(whereItGoes(branch, steps, log)).toEqual([
    { what: 'push, webhook, Preview', from: 0, to: 0.5 },
    { what: 'PostgreSQL accepts', from: 0.5, to: 2 },
    { what: 'git-sync has the branch', from: 0.5, to: 2.5 },
    { what: 'Airflow container starts', from: 0.5, to: 1.5 },
    { what: 'Airflow imported', from: 1.5, to: 4 },
    { what: 'schema there', from: 4, to: 4.5 },
    { what: 'all parts healthy', from: 4.5, to: 8.5 },
    { what: 'DAGs listed at the URL', from: 8.5, to: 9 },
  ]);
});

test('an Airflow whose parts are apart has no stages of its own, and the picture says so by leaving them out', () => {
  const whats = whereItGoes(branch, steps, '2026-11-21T03:00:01Z Starting').map(({ what }) => what);
  expect(whats).not.toContain('Airflow imported');
  expect(whats.at(-1)).toBe('DAGs listed at the URL');
});

test('a step that nobody took is an error, not a bar of no length', () => {
  expect(() => whereItGoes(branch, steps.slice(1), log)).toThrow(/preview created/);
});

test('what a bar took stands behind it, in it where there is no room, and before it where there is none either', () => {
  const svg = svgOf('a', [
    { what: 'short', from: 0, to: 1 },
    { what: 'long', from: 1, to: 9.9 },
    { what: 'last', from: 9.9, to: 10 },
  ]);
  expect(svg).toContain('<text x="308" y="75" text-anchor="start" fill="#334155">1.0 s<');
  expect(svg).toContain('<text x="936.8" y="105" text-anchor="end" fill="#ffffff">8.9 s<');
  expect(svg).toContain('<text x="936.8" y="135" text-anchor="end" fill="#334155">0.1 s<');
});

test('a bar stands where its seconds are, and a name is text whatever it holds', () => {
  const svg = svgOf('a <b> & c', [
    { what: 'first', from: 0, to: 5 },
    { what: '<script>', from: 5, to: 10 },
  ]);
  expect(svg).toContain('a &lt;b&gt; &amp; c');
  expect(svg).not.toContain('<script>');
  expect(svg).toContain('<rect x="590" y="90" width="360"');
  expect(svg).toContain('>5.0 s<');
});
