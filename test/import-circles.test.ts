import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const files = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => resolve(ROOT, path));

/** The files of `src/` that a file imports. */
function importsOf(file: string, withTypes: boolean): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (type )?[^;]*?from '(\.[^']+)';/gm,
  );
  return [...statements].flatMap(([, type, path]) =>
    type && !withTypes ? [] : resolve(dirname(file), path!),
  );
}

/** Files from which one gets back to themselves. */
function inCircles(withTypes: boolean): string[] {
  const imports = new Map(files.map((file) => [file, importsOf(file, withTypes)]));
  const reachable = (from: string) => {
    const seen = new Set<string>();
    const next = [...(imports.get(from) ?? [])];
    for (let file = next.pop(); file !== undefined; file = next.pop())
      if (!seen.has(file)) {
        seen.add(file);
        next.push(...(imports.get(file) ?? []));
      }
    return seen;
  };
  return files.filter((file) => reachable(file).has(file));
}

test('no file needs itself to be loaded', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(inCircles(false)).toEqual([]);
});

test('nor do types go in circles, but for the contracts of the stages, which speak of one another', () => {
  expect(inCircles(true).filter((file) => !file.endsWith('/api.ts'))).toEqual([]);
});
