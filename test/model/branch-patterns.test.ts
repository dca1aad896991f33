import fc from 'fast-check';
import { expect, test } from 'vitest';
import { automatonOf, matchesBranch, patternFault } from '../../src/model/branch-patterns.ts';
import { dagRepositorySpec, readDagRepository } from '../../src/model/dag-repository.ts';
import { LONGEST_BRANCH } from '../../src/model/names.ts';
import { aRawDagRepository, aSpec } from '../support/builders.ts';
import { codePoint } from '../support/code-point.ts';
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

test.each(['[z-a]', 'a++', '*+', 'a?+', '*??', '!a++'])(
  '%s is refused with a sentence that names it',
  (pattern) => {
    expect(patternFault(pattern)).toContain(`"${pattern.replace('!', '')}" is not a branch pattern: `);
  },
);

/** How patterns were matched before: a translation to a RegExp, which says the same but may take for ever. */
function byRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*{2,}|\*|\\[^]|\[[^\]]+\]|[?+]|[^]/gu, (token, at: number) => {
    if (token === '*') return '[^/]*';
    if (/^\*+$/.test(token)) return '.*';
    if (token === '?' || token === '+') return at === 0 ? `\\${token}` : token;
    if (/^\[[^]+\]$/.test(token)) return token.replace(/[\\^]/g, '\\$&');
    return token.replace(/^\\(?=[^])/u, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'us');
}

test('patterns mean what their translation to a RegExp means, and the same texts are none', () => {
  const letter = fc.constantFrom('a', 'b', 'c', '/', '-', '^', '\u2028', '\u{1f600}');
  const piece = fc.oneof(letter, fc.constantFrom('*', '**', '?', '+', '[', ']', '[a-c]', '[^b/]', '\\', '!'));
  const text = (of: fc.Arbitrary<string>, maxLength: number) =>
    fc.array(of, { maxLength }).map((parts) => parts.join(''));
  let matching = 0;
  fc.assert(
    fc.property(
      text(piece, 8),
      fc.array(text(letter, 8), { minLength: 5, maxLength: 5 }),
      (pattern, branches) => {
        fc.pre(!pattern.startsWith('!'));
        let before: RegExp;
        try {
          before = byRegExp(pattern);
        } catch {
          expect(patternFault(pattern), pattern).toBeDefined();
          return;
        }
        expect(patternFault(pattern), pattern).toBeUndefined();
        for (const branch of [...branches, pattern.replace(/[*?+[\]\\]/g, '')]) {
          const expected = before.test(branch);
          matching += Number(expected);
          expect(matchesBranch(branch, { include: [pattern], exclude: [] }), `${pattern} ${branch}`).toBe(
            expected,
          );
        }
      },
    ),
    { numRuns: 5_000 },
  );
  expect(matching).toBeGreaterThan(1_000);
});

test('several patterns together mean what they mean one after the other', () => {
  const pattern = fc.array(fc.constantFrom('a', 'b', '/', '*', '**', 'b?', '[ab]+'), {
    minLength: 1,
    maxLength: 5,
  });
  const list = fc.array(
    fc.tuple(fc.constantFrom('', '!'), pattern).map(([sign, parts]) => sign + parts.join('')),
    { maxLength: 6 },
  );
  const branch = fc
    .array(fc.constantFrom('a', 'b', '/'), { maxLength: 6 })
    .map((letters) => letters.join(''));
  const oneByOne = (branch: string, patterns: string[]) =>
    patterns.reduce(
      (taken, one) => (byRegExp(one.replace(/^!/, '')).test(branch) ? !one.startsWith('!') : taken),
      false,
    );
  fc.assert(
    fc.property(list, list, branch, (include, exclude, branch) => {
      fc.pre([...include, ...exclude].every((one) => patternFault(one) === undefined));
      expect(matchesBranch(branch, { include, exclude })).toBe(
        oneByOne(branch, include) && !oneByOne(branch, exclude),
      );
    }),
    { numRuns: 3_000 },
  );
});

test('any text either is a pattern or is refused with a sentence', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoint, maxLength: 60 }), (pattern) => {
      if (patternFault(pattern) === undefined)
        matchesBranch('feature/x', { include: [pattern], exclude: [] });
    }),
    { numRuns: 2_000 },
  );
});

test.each<[what: string, pattern: string]>([
  ['**a', '**a'.repeat(83)],
  ['*a', '*a'.repeat(125)],
  ['a?', 'a?'.repeat(125)],
  ['[a-z]+', '[a-z]+'.repeat(41)],
  ['a?b?*', 'a?b?*'.repeat(50)],
])(
  'F4: %s again and again, over which a RegExp would backtrack for ever, is read in one step a character',
  (_what, pattern) => {
    const branch = `${'a'.repeat(LONGEST_BRANCH - 2)}/!`;
    const patterns = { include: [pattern], exclude: [] };
    const automaton = automatonOf(patterns);
    expect(automaton.width).toBeLessThanOrEqual(pattern.length + 1);
    let states = automaton.start;
    for (const character of branch) {
      states = automaton.step(states, character.codePointAt(0)!);
      expect(states >> BigInt(automaton.width)).toBe(0n); // a step looks at so many bits and no more
    }
    expect(matchesBranch(branch, patterns)).toBe(false); // and it comes back at all
  },
);

test('F4: as many patterns as a DagRepository may have are read together, in one step a character', () => {
  const include = Array.from({ length: 16 }, () => '**a'.repeat(83));
  expect(read({ include })).toBe(true);
  expect(matchesBranch('a'.repeat(LONGEST_BRANCH), { include, exclude: [] })).toBe(true);
  expect(automatonOf({ include, exclude: [] }).width).toBeLessThanOrEqual(4_000);
});

test('F4: what all patterns of a DagRepository may hold together is bounded', () => {
  const fifty = (length: number) => Array.from({ length: 50 }, () => 'x'.repeat(length));
  expect(read({ include: fifty(40), exclude: fifty(40) })).toBe(true);
  expect(read({ include: fifty(40), exclude: [...fifty(40).slice(1), 'x'.repeat(41)] })).toBe(false);
  expect(read({ include: ['x'.repeat(251)] })).toBe(false);
});

test('F4: what a DagRepository reads its branches with is made once, not for each of them', () => {
  const read = readDagRepository(Object.freeze(aRawDagRepository(aSpec())));
  if (!read.ok) throw new Error(read.message);
  const { branches } = read.repository.spec;
  expect(automatonOf(branches)).toBe(automatonOf(branches));
});

test.each(['\u2028', '\u2029', '\u0085', '\u00a0', '\u{1f600}', '\ufeff'])(
  'F20: ** and * take %j as any other character, and ? and [] count it as one',
  (odd) => {
    const taken = (pattern: string) => matchesBranch(`x${odd}y`, { include: [pattern], exclude: [] });
    expect(
      ['**', '*', 'x*y', `x${odd}y`, `x[${odd}]y`, `x${odd}?y`, `x${odd}+y`].filter((one) => !taken(one)),
    ).toEqual([]);
  },
);

const read = (branches: object) => dagRepositorySpec.safeParse({ ...aSpec(), branches }).success;
