import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { reasonsTable } from '../../helm/reasons-table.ts';
import { conditionTypes } from '../../src/model/conditions.ts';
import { progress } from '../../src/model/reason-kinds.ts';
import { isFailure, reasons } from '../../src/model/reasons.ts';
import type { ReasonRow } from '../../src/model/reason-kinds.ts';

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

test('docs/conditions.md holds the table of reasons: after a change, npm run generate', () => {
  expect(page).toContain(`-->\n${reasonsTable()}\n<!--`);
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

test('a reason that lacks a column does not compile', () => {
  // @ts-expect-error: it has no remedy
  const row: ReasonRow = { ...progress, about: 'life', meaning: 'Something is being done.' };
  expect(row).not.toHaveProperty('remedy');
});
