import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchHash, labelValue, previewName, slug } from '../../src/model/names.ts';
import { codePoint } from '../support/code-point.ts';
import { hostileNames } from '../support/hostile-names.ts';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

const anyText = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 250 }),
  fc.string({ unit: 'grapheme', maxLength: 250 }),
  fc.constantFrom(...hostileNames),
);
const repositoryName = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,60}[a-z0-9])?$/);

test('any branch of any DagRepository gets a legal DNS label of at most 63 characters', () => {
  fc.assert(
    fc.property(repositoryName, repositoryName, anyText, (namespace, repository, branch) => {
      const name = previewName(namespace, repository, branch);
      expect(name).toMatch(DNS_LABEL);
      expect(name.length).toBeLessThanOrEqual(63);
      expect(name.endsWith(branchHash(namespace, repository, branch))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('names are stable for ever: the golden file holds what was once given', async () => {
  const file = new URL('golden/names.json', import.meta.url);
  const given = Object.fromEntries(
    ['feature/hardy', ...hostileNames].map((branch) => [
      `offshoot/dags ${branch}`,
      previewName('offshoot', 'dags', branch),
    ]),
  );
  given['team-a/a.very.long.repository.name.with.dots feature/hardy'] = previewName(
    'team-a',
    'a.very.long.repository.name.with.dots',
    'feature/hardy',
  );
  if (process.env['UPDATE_GOLDEN']) await writeFile(file, `${JSON.stringify(given, null, 2)}\n`);
  expect(given).toEqual(JSON.parse(await readFile(file, 'utf8')));
});

test('no two hostile names share one, nor do equal branches of two DagRepositories or namespaces', () => {
  const places = [
    ['offshoot', 'dags'],
    ['offshoot', 'dags-2'],
    ['team-a', 'dags'],
    ['offshoot-dags', 'x'],
  ];
  const names = places.flatMap(([namespace = '', repository = '']) =>
    hostileNames.map((branch) => previewName(namespace, repository, branch)),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('branches that are alike have a hash each; OFFSHOOT_HASHES=1000000 tries a million', () => {
  const hashes = new Set<string>();
  const count = Number(process.env['OFFSHOOT_HASHES'] ?? 50_000);
  for (let i = 0; i < count; i++) hashes.add(branchHash('offshoot', 'dags', `feature/${i.toString(36)}`));
  expect(hashes.size).toBe(count);
}, 120_000);

test('branches that differ only where a slug cannot show it differ in their hash', () => {
  fc.assert(
    fc.property(anyText, anyText, (one, other) => {
      fc.pre(one !== other);
      expect(previewName('offshoot', 'dags', one)).not.toBe(previewName('offshoot', 'dags', other));
    }),
    { numRuns: 5_000 },
  );
});

test('the three parts of a name cannot be moved into each other', () => {
  expect(branchHash('a', 'b', 'c')).not.toBe(branchHash('a', 'bc', ''));
  expect(branchHash('a","b', 'c', 'd')).not.toBe(branchHash('a', 'b","c', 'd'));
});

test.each([
  ['feature/Hardy Boy', 'feature-hardy-boy'],
  ['café', 'cafe'],
  ['--a--', 'a'],
  ['🚀', ''],
])('the slug of %s is "%s"', (text, expected) => {
  expect(slug(text)).toBe(expected);
});

test('any text becomes a legal label value', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(labelValue(text)).toMatch(LABEL_VALUE);
      expect(labelValue(text).length).toBeLessThanOrEqual(63);
    }),
    { numRuns: 2_000 },
  );
});
