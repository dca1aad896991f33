import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recipes } from '../../../sandbox/images/api.ts';
import { recipeKey, treeKey } from '../../../sandbox/images/build/recipe-key.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipe-key-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('is the same for the same sources, wherever they lie', async () => {
  for (const recipe of recipes) {
    const copy = join(folder, 'copy');
    await cp(recipe.source, copy, { recursive: true });
    expect(await recipeKey({ ...recipe, source: copy })).toBe(await recipeKey(recipe));
    await rm(copy, { recursive: true });
  }
});

it('changes with a name, a byte, or a file', async () => {
  const keys = new Set<string>();
  for (const [name, text] of [
    ['a', '1'],
    ['a', '2'],
    ['b', '2'],
  ] as const) {
    await writeFile(join(folder, name), text);
    keys.add(await treeKey([folder], 'salt'));
  }
  keys.add(await treeKey([folder], 'other salt'));
  expect(keys.size).toBe(4);
});

it('is of one image alone', async () => {
  const keys = await Promise.all(recipes.map(recipeKey));
  expect(new Set(keys).size).toBe(recipes.length);
});
