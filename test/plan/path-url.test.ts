import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchHash } from '../../src/model/names.ts';
import { isPathUrl, pathUrl } from '../../src/plan/urls/path.ts';
import { Taken } from '../../src/plan/urls/taken.ts';
import { codePoint } from '../support/code-point.ts';
import { hostileNames } from '../support/hostile-names.ts';

const BASE = 'https://airflow.example.com';
const dags = { namespace: 'offshoot', name: 'dags' };
const hash = (branch: string) => branchHash('offshoot', 'dags', branch);
const granted = (urls: string[]) => {
  const taken = new Taken();
  for (const one of urls) taken.add(one);
  return taken;
};
const url = (branch: string, taken: string[] = []) => pathUrl(BASE, dags, branch, granted(taken));

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

test.each([
  ['feature/hardy/api', ['/feature/hardy']],
  ['feature', ['/feature/hardy', '/feature/other']],
  ['feature/café/x', ['/feature/hardy', '/feature']],
])('F7: %s, which would lie below or above another preview, has one segment of its own', (name, others) => {
  const flat = `${name.replace('é', '-').replaceAll('/', '-')}-${hash(name)}`;
  const all = others.map((path) => BASE + path);
  expect(url(name, all)).toBe(`${BASE}/${flat}`);
  expect(url(name, [...all, `${BASE}/${flat}`])).toBe(`${BASE}/${flat}-2`);
  expect(url(name, [...all, `${BASE}/${flat}/x`, `${BASE}/${flat}-2/x`])).toBe(`${BASE}/${flat}-3`);
  for (const path of [flat, `${flat}-2`, `${flat}-10`])
    expect(isPathUrl(`${BASE}/${path}`, dags, name)).toBe(true);
  for (const path of [`${flat}-1`, `${flat}-02`, `${flat}x`, `${flat}/x`])
    expect(isPathUrl(`${BASE}/${path}`, dags, name)).toBe(false);
});

test('F7: the branch named like another’s hashed path and more gets no part of it', () => {
  const victim = url('feature/a b');
  const thief = `${victim.slice(BASE.length + 1)}/api`;
  expect(url(thief, [victim])).toBe(`${BASE}/${thief.replaceAll('/', '-')}-${hash(thief)}`);
});

test('F7: places are told apart by the host’s name and the path, as the gateway does it', () => {
  for (const other of ['http://airflow.example.com', 'https://AIRFLOW.example.com.:8443'])
    expect(url('main', [`${other}/main`])).toBe(`${BASE}/main-${hash('main')}`);
  expect(url('main', ['https://other.example.com/main', `${BASE}/mai`, `${BASE}/main2`])).toBe(
    `${BASE}/main`,
  );
});

const branch = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.array(fc.constantFrom('a', 'b', 'a b'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  fc.string({ unit: codePoint, minLength: 1, maxLength: 100 }),
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

test('granted one after the other, no two branches of two repositories share a URL, and none lies below another', () => {
  const asked = fc.uniqueArray(fc.tuple(fc.constantFrom('dags', 'other'), branch), {
    selector: (one) => one.join(' '),
    maxLength: 30,
  });
  fc.assert(
    fc.property(asked, (wishes) => {
      const taken = new Taken();
      const urls = wishes.map(([name, wish]) => {
        const next = pathUrl(BASE, { ...dags, name }, wish, taken);
        expect(isPathUrl(next, { ...dags, name }, wish)).toBe(true);
        taken.add(next);
        return `${next}/`;
      });
      for (const one of urls) expect(urls.filter((other) => other.startsWith(one))).toEqual([one]);
    }),
    { numRuns: 500 },
  );
});
