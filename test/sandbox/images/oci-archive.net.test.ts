import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeLayer } from '../../../sandbox/images/build/layer.ts';
import { writeOciArchive } from '../../../sandbox/images/build/oci-archive.ts';
import { tarHeader } from '../../../sandbox/images/build/tar-header.ts';

const exec = promisify(execFile);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-archive-'));
});

afterEach(() => rm(folder, { recursive: true }));

interface Descriptor {
  digest: string;
  size: number;
  annotations?: Record<string, string>;
}

it('holds an image layout whose every reference leads to bytes of that digest and size', async () => {
  const layers = [];
  for (const [name, text] of [
    ['a', 'x'.repeat(700)],
    ['b', ''],
  ] as const) {
    await writeFile(join(folder, name), text);
    layers.push(await describeLayer(join(folder, name)));
  }
  const archive = join(folder, 'image.tar');
  const config = { User: '999', Env: ['A=b'], Entrypoint: ['/x'] };
  await writeOciArchive({ name: 'docker.io/library/thing:1', config, layers }, archive);

  const out = join(folder, 'out');
  await mkdir(out);
  await exec('tar', ['--extract', `--file=${archive}`, `--directory=${out}`]);
  const bytesOf = async ({ digest, size }: Descriptor): Promise<Buffer> => {
    const bytes = await readFile(join(out, 'blobs', digest.replace(':', '/')));
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
    expect(bytes.length).toBe(size);
    return bytes;
  };
  const index = JSON.parse(await readFile(join(out, 'index.json'), 'utf8')) as { manifests: [Descriptor] };
  expect(index.manifests[0].annotations).toEqual({
    'io.containerd.image.name': 'docker.io/library/thing:1',
    'org.opencontainers.image.ref.name': '1',
  });
  const manifest = JSON.parse((await bytesOf(index.manifests[0])).toString()) as {
    config: Descriptor;
    layers: Descriptor[];
  };
  for (const layer of manifest.layers) await bytesOf(layer);
  expect(JSON.parse((await bytesOf(manifest.config)).toString())).toMatchObject({
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${layer.digest}`) },
  });
});

it('refuses a name or a size that a tar header cannot say', () => {
  expect(() => tarHeader('n'.repeat(101), 0)).toThrow(/does not fit/);
  expect(() => tarHeader('n', 8 ** 11)).toThrow(/bytes/);
});
