import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Recipe } from '../recipe.ts';

/**
 * Changes whenever a source of the image does: the recipe's own folder and the code here that builds it.
 * Debian's package versions are not in it, as asking for them would need the network at every start.
 */
export async function recipeKey(recipe: Pick<Recipe, 'name' | 'source'>): Promise<string> {
  return treeKey([recipe.source, import.meta.dirname], `${recipe.name} ${process.arch}`);
}

/** A short hash over the names and bytes of all files in these folders. */
export async function treeKey(folders: readonly string[], salt: string): Promise<string> {
  const hash = createHash('sha256').update(salt);
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort())
      hash.update(`\0${relative(folder, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}
