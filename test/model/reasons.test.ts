import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { conditionTypes } from '../../src/model/conditions.ts';
import { isFailure, reasons } from '../../src/model/reasons.ts';

const page = await readFile(new URL('../../docs/conditions.md', import.meta.url), 'utf8');
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [title = '', ...lines] = section.split(/^## /m)[0]!.split('\n');
    return { title, text: lines.join('\n').trim() };
  });

test('docs/conditions.md explains every reason, none twice, and none that does not exist', () => {
  expect(sections.map(({ title }) => title).sort()).toEqual(Object.keys(reasons).sort());
});

test('docs/conditions.md says of exactly those reasons that they are failures which the code treats so', () => {
  const said = sections.filter(({ text }) => text.startsWith('*Failure.*')).map(({ title }) => title);
  expect(said.sort()).toEqual(
    Object.keys(reasons)
      .filter((reason) => isFailure(reason))
      .sort(),
  );
});

test('every section says something', () => {
  expect(sections.filter(({ text }) => text.length < 20)).toEqual([]);
});

test('docs/conditions.md lists every condition', () => {
  const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual([...conditionTypes]);
});

test.each(['toString', '__proto__', 'constructor', '', 'NoSuchReason'])('%j is no failure', (reason) => {
  expect(isFailure(reason)).toBe(false);
});

test('a reason is a word that Kubernetes takes', () => {
  for (const reason of Object.keys(reasons))
    expect(reason).toMatch(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/);
});
