import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withBuildLock } from './build-lock.ts';
import { BASE_DESCRIPTION, makeBaseRoot } from './debian-root.ts';
import { emptyFolder } from './empty-folder.ts';
import { layerDiff } from './layer-diff.ts';
import { describeLayer, writeLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import { treeKey } from './recipe-key.ts';
import { removeOutdated } from './outdated.ts';

/** The bottom layer that all images share, so that it is imported once; made on the first call and cached. */
export async function baseLayer(folder: string, log: (line: string) => void): Promise<Layer> {
  const key = await treeKey([import.meta.dirname], `${BASE_DESCRIPTION} ${process.arch}`);
  const file = join(folder, `debian-${key}.tar`);
  return withBuildLock(join(folder, 'debian.lock'), log, async () => {
    if (!(await isFile(file))) {
      const scratch = await emptyFolder(join(folder, '.build-debian'));
      try {
        const root = join(scratch, 'root');
        await makeBaseRoot(root, log);
        const { changed } = await layerDiff(root);
        const unfinished = `${file}.part`;
        await writeLayer(root, changed, unfinished);
        await rename(unfinished, file);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
      await removeOutdated(folder, 'debian', file);
    }
    return describeLayer(file);
  });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
