import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOfImage } from '../image-name.ts';
import type { Recipe } from '../recipe.ts';
import { baseLayer } from './base-layer.ts';
import { emptyFolder } from './empty-folder.ts';
import { addPackages } from './debian-root.ts';
import { layerDiff } from './layer-diff.ts';
import { writeLayer } from './layer.ts';
import { writeOciArchive } from './oci-archive.ts';
import { removeMatching } from './remove-matching.ts';
import { run } from './run.ts';

/** Builds one image into `archive`: the shared base layer, and one layer with everything else. */
export async function buildImage(
  recipe: Recipe,
  archive: string,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  const say = (line: string): void => log(`${recipe.name}: ${line}`);
  say(`no registry is used; building ${recipe.standsFor}`);
  const base = await baseLayer(folder, say);
  const scratch = await emptyFolder(join(folder, `.build-${fileNameOfImage(recipe.name)}`));
  try {
    const root = join(scratch, 'root');
    const baseRoot = join(scratch, 'base');
    for (const path of [root, baseRoot]) {
      await mkdir(path);
      await run('tar', [
        '--extract',
        '--numeric-owner',
        '--preserve-permissions',
        `--file=${base.file}`,
        `--directory=${path}`,
      ]);
    }
    const work = { root, source: recipe.source, scratch, log: say };
    await recipe.prepare?.(work);
    await addPackages(root, recipe.packages, say);
    await removeMatching(root, recipe.unused ?? []);
    await recipe.fill(work);
    const { changed, removed } = await layerDiff(root, baseRoot);
    if (removed.length > 0)
      throw new Error(
        `the recipe of ${recipe.name} removed files of the shared base layer (${removed.slice(0, 5).join(', ')}), ` +
          'which a layer here cannot express. Leave them in place, or take them out of the base in debian-root.ts.',
      );
    say(`writing ${changed.length} files`);
    const top = await writeLayer(root, changed, join(scratch, 'layer.tar'));
    await writeOciArchive({ name: recipe.name, config: recipe.config, layers: [base, top] }, archive);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const mib = Math.round((await stat(archive)).size / 2 ** 20);
  say(`built, ${mib} MiB in ${Math.round((Date.now() - started) / 1000)} s`);
}
