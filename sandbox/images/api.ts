import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { airflow } from './airflow/recipe.ts';
import { alpine } from './alpine/recipe.ts';
import { gitSync } from './git-sync/recipe.ts';
import { offshootBase } from './offshoot-base/recipe.ts';
import { postgres } from './postgres/recipe.ts';
import { buildImage } from './build/build-image.ts';
import { cacheFolder } from './build/cache-folder.ts';
import { removeOutdated } from './build/outdated.ts';
import { requireHost } from './build/host.ts';
import { recipeKey } from './build/recipe-key.ts';
import { withBuildLock } from './build/build-lock.ts';
import { fileNameOfImage, qualifiedImageName } from './image-name.ts';
import type { Recipe } from './recipe.ts';

export const recipes: readonly Recipe[] = [airflow, alpine, gitSync, offshootBase, postgres];

/** The images that can be made here, by their fully qualified names. */
export const imageNames: readonly string[] = recipes.map((recipe) => recipe.name);

/**
 * Path of an OCI archive that holds the image under exactly this name (its fully qualified form), built
 * on the first call and cached. Throws when there is no recipe for the name, and when this machine lacks
 * something the build needs.
 */
export async function ensureImage(name: string, log: (line: string) => void): Promise<string> {
  const recipe = recipes.find((candidate) => candidate.name === qualifiedImageName(name));
  if (!recipe)
    throw new Error(
      `no recipe for the image ${name}: this sandbox can build ${imageNames.join(', ')}. ` +
        'Use one of these, or import the image into the sandbox yourself.',
    );
  const folder = join(cacheFolder(), 'images');
  const stem = fileNameOfImage(recipe.name);
  const archive = join(folder, `${stem}-${await recipeKey(recipe)}.tar`);
  if (await exists(archive)) return archive;
  await mkdir(folder, { recursive: true });
  return withBuildLock(join(folder, `${stem}.lock`), log, async () => {
    if (await exists(archive)) return archive;
    await requireHost(recipe, folder, log);
    const unfinished = `${archive}.part`;
    await buildImage(recipe, unfinished, folder, log);
    await rename(unfinished, archive);
    await removeOutdated(folder, stem, archive);
    return archive;
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
