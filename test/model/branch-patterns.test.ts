import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesBranch, toRegExp } from '../../src/model/branch-patterns.ts';
import { hostileNames } from '../support/hostile-names.ts';

// The rows marked * are those of GitHub's "Filter pattern cheat sheet" (Workflow syntax for GitHub Actions).
test.each<[pattern: string, matching: string[], other: string[]]>([
  [
    'feature/*',
    ['feature/my-branch', 'feature/your-branch'],
    ['feature/beta/my-branch', 'feature', 'x/feature/a'],
  ], // *
  [
    'feature/**',
    ['feature/beta-a/my-branch', 'feature/your-branch', 'feature/mona/the/octocat'],
    ['feature', 'features/x'],
  ], // *
  ['main', ['main'], ['main2', 'xmain', 'Main', 'main/x']], // *
  ['releases/mona-the-octocat', ['releases/mona-the-octocat'], []], // *
  ['*', ['main', 'releases'], ['all/the/branches']], // *
  ['**', ['all/the/branches', 'every/tag', 'x'], []], // *
  ['*feature', ['mona-feature', 'feature', 'ver-10-feature'], ['feature-x', 'a/feature']], // *
  ['v2*', ['v2', 'v2.0', 'v2.9'], ['v2/x', 'v1']], // *
  ['v[12].[0-9]+.[0-9]+', ['v1.10.1', 'v2.0.0'], ['v3.0.0', 'v1.10', 'v1x10.1', 'v1.10.1-rc']], // *
  ['colou?r', ['color', 'colour'], ['colouur']],
  ['ab+c', ['abc', 'abbbc'], ['ac']],
  ['[CB]at', ['Cat', 'Bat'], ['cat', 'at']], // *
  ['[1-2]00', ['100', '200'], ['300']],
  ['*.[ab]x', ['1.ax', '.bx'], ['1xax']],
  ['a&b', ['a&b'], []],
  ['[a&b]x', ['&x', 'ax'], ['cx']],
  ['[^a]x', ['^x', 'ax'], ['bx']],
  ['a\\*b', ['a*b'], ['axb']],
  ['?x', ['?x'], ['x']],
  ['+x', ['+x'], ['x']],
  ['release-**-x', ['release-1/2-x', 'release--x'], ['release-x']],
  ['feature/$({curl,evil})', ['feature/$({curl,evil})'], ['feature/$']],
  ['(a|b)', ['(a|b)'], ['a', 'b']],
  ['a.b', ['a.b'], ['axb']],
])('%s takes what it should and nothing else', (pattern, matching, other) => {
  const taken = (branch: string) => matchesBranch(branch, { include: [pattern], exclude: [] });
  expect(matching.filter((branch) => !taken(branch))).toEqual([]);
  expect(other.filter(taken)).toEqual([]);
});

test('a pattern with ! takes back what earlier ones took, and a later one gives it again', () => {
  const include = ['releases/**', '!releases/**-alpha', 'releases/beta-alpha'];
  const taken = (branch: string) => matchesBranch(branch, { include, exclude: [] });
  expect([taken('releases/10'), taken('releases/10-alpha'), taken('releases/beta-alpha')]).toEqual([
    true,
    false,
    true,
  ]);
});

test('exclude wins over include, whatever its order, and ! takes back inside exclude', () => {
  const patterns = { include: ['feature/**'], exclude: ['feature/wip-*', '!feature/wip-shown'] };
  expect(matchesBranch('feature/hardy', patterns)).toBe(true);
  expect(matchesBranch('feature/wip-1', patterns)).toBe(false);
  expect(matchesBranch('feature/wip-shown', patterns)).toBe(true);
});

test('nothing but a ! takes nothing', () => {
  expect(matchesBranch('main', { include: ['!feature/**'], exclude: [] })).toBe(false);
});

test('every hostile name is matched by itself with its special characters escaped', () => {
  for (const name of hostileNames.filter((one) => !one.startsWith('!'))) {
    const escaped = name.replace(/[\\*?+[\]]/g, '\\$&');
    expect(matchesBranch(name, { include: [escaped], exclude: [] }), name).toBe(true);
    expect(matchesBranch(`${name}x`, { include: [escaped], exclude: [] }), name).toBe(false);
  }
});

test.each(['[z-a]', 'a++', '*+'])('%s is refused with a sentence that names it', (pattern) => {
  expect(() => toRegExp(pattern)).toThrow(`"${pattern}" is not a branch pattern`);
});

test('any text either is a pattern or is refused by a SyntaxError', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (pattern) => {
      try {
        toRegExp(pattern);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
    { numRuns: 2_000 },
  );
});
