import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeAtomically } from '../../base/atomic-file.ts';
import { withLock } from '../../base/file-lock.ts';
import { ensureImage, imageNames as builtHere } from '../../images/api.ts';
import { qualifiedImageName } from '../../images/image-name.ts';
import type { Paths } from '../../cluster/state.ts';
import { readState } from '../../cluster/state.ts';
import type { Ctr } from '../ctr.ts';
import { ctrOf, imageNames } from '../ctr.ts';
import { contentFolder } from '../start-containerd.ts';
import { pull } from './pull.ts';

/** Where each image in containerd came from: `pulled`, or the archive it was imported from. */
type Origins = Record<string, string>;

/** See `Sandbox.addImages`. */
export async function addImages(
  paths: Paths,
  names: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  const state = await readState(paths);
  if (!state) throw new Error(`the sandbox in ${paths.folder} is no longer up`);
  const ctr = ctrOf(state);
  const lock = { what: 'adding images', timeout: 3600_000 };
  await withLock(join(contentFolder(), 'images.lock'), lock, async () => {
    const file = join(contentFolder(), 'origins.json');
    const origins = (await readJson<Origins>(file)) ?? {};
    for (const name of names.map(qualifiedImageName)) {
      const origin = await add(
        ctr,
        name,
        (await imageNames(ctr)).includes(name) ? origins[name] : undefined,
        log,
      );
      if (origin === origins[name]) continue;
      origins[name] = origin;
      await writeAtomically(file, JSON.stringify(origins));
    }
  });
}

/** Makes one image present; `origin` is where the present one came from. Returns where it came from now. */
async function add(
  ctr: Ctr,
  name: string,
  origin: string | undefined,
  log: (line: string) => void,
): Promise<string> {
  if (origin === 'pulled') return origin;
  if (!origin && (await pull(ctr, name, log))) return 'pulled';
  if (origin && !builtHere.includes(name)) return origin;
  // Asked even when the image is there: its recipe may have changed since.
  const archive = await ensureImage(name, log);
  const { size, mtimeMs } = await stat(archive);
  const now = `${archive} ${size} ${mtimeMs}`;
  if (now === origin) return now;
  log(`importing ${name}`);
  const began = Date.now();
  await ctr('images', 'import', archive);
  if (!(await imageNames(ctr)).includes(name)) throw new Error(`${archive} does not hold ${name}`);
  log(`imported ${name} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return now;
}
