import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { run } from './run.ts';

/** An uncompressed layer, as it lies on this disk. */
export interface Layer {
  readonly file: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Writes these paths of a root file system as one layer. All times are the same: Python's byte code in the
 * images does not rely on them, and equal contents give an equal layer.
 */
export async function writeLayer(root: string, paths: readonly string[], file: string): Promise<Layer> {
  const list = ['--null', '--verbatim-files-from', '--no-recursion', '--files-from=-'];
  const plain = [
    '--numeric-owner',
    '--format=pax',
    '--mtime=@1700000000',
    '--pax-option=delete=atime,delete=ctime',
  ];
  const args = ['--create', `--file=${file}`, `--directory=${root}`, ...plain, ...list];
  await run('tar', args, { input: paths.map((path) => `${path}\0`).join('') });
  return describeLayer(file);
}

/** Reads size and digest of a layer file. */
export async function describeLayer(file: string): Promise<Layer> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return { file, digest: hash.digest('hex'), size: (await stat(file)).size };
}
