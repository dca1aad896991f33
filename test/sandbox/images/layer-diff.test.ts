import { chmod, cp, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { layerDiff } from '../../../sandbox/images/build/layer-diff.ts';

let base: string;
let root: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'layer-diff-'));
  base = join(folder, 'base');
  root = join(folder, 'root');
  await mkdir(join(base, 'etc/deep'), { recursive: true });
  await mkdir(join(base, 'dev'));
  await writeFile(join(base, 'etc/a'), 'one');
  await writeFile(join(base, 'etc/deep/b'), 'two');
  await symlink('etc/a', join(base, 'link'));
  await cp(base, root, { recursive: true, verbatimSymlinks: true });
});

afterEach(() => rm(join(base, '..'), { recursive: true }));

it('finds nothing between equal trees, whatever their times', async () => {
  await utimes(join(root, 'etc/a'), 1, 1);
  expect(await layerDiff(root, base)).toEqual({ changed: [], removed: [] });
});

it('takes everything without a base, but nothing of what the runtime fills', async () => {
  await writeFile(join(root, 'dev/null'), '');
  expect((await layerDiff(root)).changed).toEqual(['dev', 'etc', 'etc/a', 'etc/deep', 'etc/deep/b', 'link']);
});

it('finds other bytes of the same length, another mode, another target, and what is new or gone', async () => {
  await writeFile(join(root, 'etc/a'), 'eno');
  await chmod(join(root, 'etc/deep'), 0o700);
  await rm(join(root, 'link'));
  await symlink('etc/deep', join(root, 'link'));
  await mkdir(join(root, 'new/folder'), { recursive: true });
  await rm(join(root, 'etc/deep/b'));
  expect(await layerDiff(root, base)).toEqual({
    changed: ['etc/a', 'etc/deep', 'link', 'new', 'new/folder'],
    removed: ['etc/deep/b'],
  });
});

it('calls a folder that became a file changed, and what was in it gone with it', async () => {
  await rm(join(root, 'etc/deep'), { recursive: true });
  await writeFile(join(root, 'etc/deep'), '');
  expect((await layerDiff(root, base)).changed).toEqual(['etc/deep']);
});
