import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes archives of the same image made from older sources: each is hundreds of megabytes. */
export async function removeOutdated(folder: string, stem: string, current: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const isArchive =
      name.startsWith(`${stem}-`) && /^[0-9a-f]{12}\.tar(\.part)?$/.test(name.slice(stem.length + 1));
    if (isArchive && path !== current) await rm(path, { force: true });
  }
}
