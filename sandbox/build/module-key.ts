import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that decides what comes out of a build of this module; the same key means the same binaries. */
export async function moduleKey(folder: string, flags: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  hash.update([process.platform, process.arch, ...flags].join('\0'));
  for (const name of (await readdir(folder)).sort()) {
    hash.update(`\0${name}\0`);
    hash.update(await readFile(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The version a go.mod asks for, so that it is written down in one place only. */
export function requiredVersion(goMod: string, module: string): string {
  const line = goMod.split('\n').find((text) =>
    text
      .trim()
      .replace(/^require /, '')
      .startsWith(`${module} v`),
  );
  const version = line?.match(/ (v\S+)/)?.[1];
  if (!version) throw new Error(`go.mod does not require ${module}`);
  return version;
}
