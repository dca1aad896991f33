import { mkdir, rm } from 'node:fs/promises';

/** Makes this folder, empty: what an earlier build that was killed left in it goes. The caller holds a lock. */
export async function emptyFolder(path: string): Promise<string> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  return path;
}
