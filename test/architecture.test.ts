import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const table = text('ARCHITECTURE.md').split('## One folder, one line')[1]!.split('\n## ')[0]!;
const rows = new Map(
  [...table.matchAll(/^\| (a [^|]+|something secret) \| (.*?) \| (.*?) \|$/gm)].map(
    ([, what, folder, line]) => [what!, { folder: pathsIn(folder!), lines: pathsIn(line!) }],
  ),
);

function pathsIn(cell: string): string[] {
  return [...cell.matchAll(/`(src\/[^`]*)`/g)].map(([, path]) => path!);
}

test('every folder and every file that the table names is there', () => {
  expect(rows.size).toBe(9);
  for (const { folder, lines } of rows.values()) {
    expect(lines.length).toBeGreaterThan(0);
    for (const path of [...folder, ...lines]) expect(existsSync(join(ROOT, path)), path).toBe(true);
  }
});

/** The variants of a kind: the folders in its folder, but for what all of them share. */
const variantsIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((one) => one.isDirectory() && one.name !== 'shared')
    .map(({ name }) => name);

test.each(['a code host', 'a generation of Airflow', 'a channel', 'a backend'])(
  '%s: each folder is composed by the lines that the table names',
  (what) => {
    const { folder, lines } = rows.get(what)!;
    const variants = variantsIn(folder[0]!);
    expect(variants.length).toBeGreaterThan(0);
    const composing = lines
      .map(text)
      .map((file) =>
        variants.filter((name) => new RegExp(`^import .*/${name}/[a-z-]+\\.ts'`, 'm').test(file)),
      );
    expect(composing).toEqual(lines.map(() => variants));
  },
);

test.each([
  ['a code host', 'src/forges/'],
  ['a generation of Airflow', 'src/airflow/'],
  ['a channel', 'src/notify/'],
  ['a backend', 'src/backends/'],
])('%s: nobody else in src/ imports the inside of such a folder', (what, folder) => {
  const { lines } = rows.get(what)!;
  const inside = variantsIn(folder).map((name) => `${folder.slice('src/'.length)}${name}/`);
  const others = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path}`)
    .filter((path) => path.endsWith('.ts') && !path.startsWith(folder) && !lines.includes(path));
  const importing = others.filter((path) =>
    [...text(path).matchAll(/from '([^']+)'/g)].some(([, from]) => inside.some((one) => from!.includes(one))),
  );
  expect(importing).toEqual([]);
});
