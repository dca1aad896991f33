import { glob, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes all that these glob patterns match under `root`. */
export async function removeMatching(root: string, patterns: readonly string[]): Promise<void> {
  if (patterns.length === 0) return;
  const paths: string[] = [];
  for await (const path of glob(patterns, { cwd: root })) paths.push(path);
  for (const path of paths) await rm(join(root, path), { recursive: true, force: true });
}
