import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchHash } from '../../src/model/names.ts';
import { pathUrl } from '../../src/plan/urls/path.ts';
import { hostileNames } from '../support/hostile-names.ts';

const BASE = 'https://airflow.example.com';
const dags = { namespace: 'offshoot', name: 'dags' };
const hash = (branch: string) => branchHash('offshoot', 'dags', branch);
const url = (branch: string, taken: string[] = []) => pathUrl(BASE, dags, branch, new Set(taken));

test.each([
  ['feature/hardy', '/feature/hardy'],
  ['feature/Hardy_2.1~x', '/feature/Hardy_2.1~x'],
  ['-h', '/-h'],
  ['main', '/main'],
])('%s has the plain path %s', (branch, path) => {
  expect(url(branch)).toBe(BASE + path);
});

test.each([
  ['feature/a b', '/feature/a-b'],
  ['feature/$({curl,evil})', '/feature/-curl-evil-'],
  ['a/../b', '/a/-/b'],
  ['.hidden', '/-hidden'],
  ['%2e%2e', '/-2e-2e'],
  ['café', '/caf-'],
  ['a?b#c', '/a-b-c'],
  ['🚀', '/-'],
])('%s has the cleaned path %s with its hash', (branch, path) => {
  expect(url(branch)).toBe(`${BASE}${path}-${hash(branch)}`);
});

test.each(['-', '-/x', '_offshoot', '_offshoot/api'])(
  "%s does not sit on the gateway's own pages",
  (branch) => {
    expect(url(branch)).toBe(`${BASE}/${branch}-${hash(branch)}`);
  },
);

test('a path that is taken is left to whom it was granted', () => {
  expect(url('main', [`${BASE}/main`])).toBe(`${BASE}/main-${hash('main')}`);
});

test("a branch that is named like another's hashed path takes nobody's place", () => {
  const thief = `caf--${hash('café')}`;
  expect(url(thief)).toBe(`${BASE}/${thief}`);
  expect(url('café', [url(thief)])).toBe(`${BASE}/caf--${hash('café')}-2`);
});

const branch = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }),
  fc.stringMatching(/^[a-z./%?#@:;$&\\ -]{1,30}$/),
);

test('whatever the branch, the URL is legal, says the same to every parser and stays below its base', () => {
  fc.assert(
    fc.property(branch, (name) => {
      const granted = url(name);
      expect(granted).toMatch(/^https:\/\/airflow\.example\.com(\/[A-Za-z0-9._~-]*)+$/);
      const parsed = new URL(granted);
      expect(parsed.origin + parsed.pathname).toBe(granted);
      expect(parsed.pathname.endsWith('/')).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});

test('granted one after the other, no two branches of two repositories share a URL', () => {
  const asked = fc.uniqueArray(fc.tuple(fc.constantFrom('dags', 'other'), branch), {
    selector: (one) => one.join(' '),
    maxLength: 30,
  });
  fc.assert(
    fc.property(asked, (wishes) => {
      const taken = new Set<string>();
      for (const [name, wish] of wishes) taken.add(pathUrl(BASE, { ...dags, name }, wish, taken));
      expect(taken.size).toBe(wishes.length);
    }),
    { numRuns: 500 },
  );
});
