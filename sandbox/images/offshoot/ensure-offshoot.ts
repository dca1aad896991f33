import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureImage } from '../api.ts';
import { withBuildLock } from '../build/build-lock.ts';
import { cacheFolder } from '../build/cache-folder.ts';
import { emptyFolder } from '../build/empty-folder.ts';
import { requireHost } from '../build/host.ts';
import { removeOutdated } from '../build/outdated.ts';
import { fileNameOfImage } from '../image-name.ts';
import { offshootBase } from '../offshoot-base/recipe.ts';
import { buildDockerfile } from './build-dockerfile.ts';
import { contentKey } from './content-key.ts';

export interface OffshootImage {
  /** Its tag is a hash of all that the image is made of: another source, another image. */
  readonly name: string;
  readonly archive: string;
}

const REPOSITORY = 'localhost/offshoot-sandbox/offshoot';

/** Offshoot's own image, made by the project's Dockerfile of the sources as they are now; cached until they change. */
export async function ensureOffshootImage(log: (line: string) => void): Promise<OffshootImage> {
  const base = await ensureImage(offshootBase.name, log);
  const key = await contentKey(base);
  const name = `${REPOSITORY}:${key}`;
  const folder = join(cacheFolder(), 'images');
  const stem = fileNameOfImage(REPOSITORY);
  const archive = join(folder, `${stem}-${key}.tar`);
  const there = (): Promise<boolean> =>
    stat(archive).then(
      () => true,
      () => false,
    );
  if (await there()) return { name, archive };
  await mkdir(folder, { recursive: true });
  return withBuildLock(join(folder, `${stem}.lock`), log, async () => {
    if (await there()) return { name, archive };
    const say = (line: string): void => log(`${REPOSITORY}: ${line}`);
    await requireHost({ ...offshootBase, name, hostTools: { buildah: 'buildah' } }, folder, say);
    const scratch = await emptyFolder(join(folder, '.build-offshoot'));
    try {
      const began = Date.now();
      const unfinished = join(scratch, 'image.tar');
      await buildDockerfile({ name, base, scratch, archive: unfinished, log: say });
      await rename(unfinished, archive);
      const mib = Math.round((await stat(archive)).size / 2 ** 20);
      say(`built, ${mib} MiB in ${Math.round((Date.now() - began) / 1000)} s`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    await removeOutdated(folder, stem, archive);
    return { name, archive };
  });
}
