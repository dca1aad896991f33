import { join } from 'node:path';
import { withLock } from '../../base/file-lock.ts';
import type { Paths } from '../../cluster/state.ts';
import { readState } from '../../cluster/state.ts';
import { ensureOffshootImage } from '../../images/offshoot/ensure-offshoot.ts';
import { ctrOf, imageNames } from '../ctr.ts';
import { contentFolder } from '../start-containerd.ts';

/** See `Sandbox.addOffshootImage`. Older ones go: each is hundreds of megabytes, and only the newest is asked for. */
export async function addOffshootImage(paths: Paths, log: (line: string) => void): Promise<string> {
  const state = await readState(paths);
  if (!state) throw new Error(`the sandbox in ${paths.folder} is no longer up`);
  const { name, archive } = await ensureOffshootImage(log);
  const ctr = ctrOf(state);
  const lock = { what: 'adding images', timeout: 3600_000 };
  return withLock(join(contentFolder(), 'images.lock'), lock, async () => {
    const repository = name.slice(0, name.lastIndexOf(':') + 1);
    const there = (await imageNames(ctr)).filter((one) => one.startsWith(repository));
    const older = there.filter((one) => one !== name);
    if (!there.includes(name)) {
      log(`importing ${name}`);
      await ctr('images', 'import', archive);
      if (!(await imageNames(ctr)).includes(name)) throw new Error(`${archive} does not hold ${name}`);
    }
    if (older.length > 0) await ctr('images', 'remove', ...older);
    return name;
  });
}
