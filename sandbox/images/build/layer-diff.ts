import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join } from 'node:path';

/** Filled by the container runtime; what a package left there must not be in a layer. */
const RUNTIME_FOLDERS = new Set(['dev', 'proc', 'sys']);

export interface LayerDiff {
  /** Paths, relative to the root and in order, that are new in `root` or differ from `base`. */
  readonly changed: readonly string[];
  /** Paths of `base` that `root` no longer has. */
  readonly removed: readonly string[];
}

/**
 * Compares two file trees by kind, mode, owner and bytes (times mean nothing here). With no base, everything
 * is new.
 */
export async function layerDiff(root: string, base?: string): Promise<LayerDiff> {
  const changed: string[] = [];
  const removed: string[] = [];
  const visit = async (folder: string, known: boolean): Promise<void> => {
    const names = (await readdir(join(root, folder))).sort();
    const before = known && base ? await readdir(join(base, folder)) : [];
    const gone = before.filter((name) => !names.includes(name));
    removed.push(...gone.map((name) => join(folder, name)));
    for (const name of names) {
      const path = join(folder, name);
      const now = await lstat(join(root, path));
      const old = before.includes(name) && base ? await lstat(join(base, path)) : undefined;
      if (!old || !base || !(await isSame(join(root, path), now, join(base, path), old))) changed.push(path);
      if (now.isDirectory() && !(folder === '' && RUNTIME_FOLDERS.has(name)))
        await visit(path, old?.isDirectory() ?? false);
    }
  };
  await visit('', base !== undefined);
  return { changed, removed };
}

async function isSame(path: string, now: Stats, oldPath: string, old: Stats): Promise<boolean> {
  if (now.mode !== old.mode || now.uid !== old.uid || now.gid !== old.gid) return false;
  if (now.isSymbolicLink()) return (await readlink(path)) === (await readlink(oldPath));
  if (!now.isFile()) return now.rdev === old.rdev;
  return now.size === old.size && (await readFile(path)).equals(await readFile(oldPath));
}
