import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from '../../build/ensure-binaries.ts';
import type { Paths } from '../../cluster/state.ts';
import type { Ctr } from '../ctr.ts';
import { imageNames } from '../ctr.ts';
import { binaryImage } from './binary-image.ts';

/** The node's own images, each of one program built here; the tag is the build's key, so that a new build is a new image. */
export function ownImage(binaries: Binaries, program: 'pause' | 'coredns'): string {
  const [module, key] = splitLast(basename(dirname(binaries[program]!)), '-');
  return `localhost/offshoot-sandbox/${module}:${key}`;
}

function splitLast(text: string, separator: string): [string, string] {
  const at = text.lastIndexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Imports those that containerd does not have yet. */
export async function addOwnImages(paths: Paths, binaries: Binaries, ctr: Ctr): Promise<void> {
  const there = await imageNames(ctr);
  for (const program of ['pause', 'coredns'] as const) {
    const name = ownImage(binaries, program);
    if (there.includes(name)) continue;
    const archive = join(paths.folder, `${program}.tar`);
    await writeFile(archive, binaryImage(name, { program, content: await readFile(binaries[program]!) }));
    await ctr('images', 'import', archive);
    await rm(archive);
  }
}
