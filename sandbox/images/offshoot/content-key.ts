import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { treeKey } from '../build/recipe-key.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** All that the build reads. */
const FOLDERS = ['src', 'helm/offshoot/rbac'];
const FILES = ['Dockerfile', '.dockerignore', '.npmrc', 'LICENSE', 'package.json', 'package-lock.json'];

/** Changes whenever something does that the image is made of. */
export async function contentKey(base: string): Promise<string> {
  const hash = createHash('sha256').update(`${basename(base)} ${process.version} ${process.arch}`);
  for (const file of FILES) hash.update(`\0${file}\0`).update(await readFile(join(ROOT, file)));
  return treeKey([...FOLDERS.map((folder) => join(ROOT, folder)), import.meta.dirname], hash.digest('hex'));
}
