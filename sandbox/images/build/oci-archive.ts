import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { ContainerConfig } from '../recipe.ts';
import type { Layer } from './layer.ts';
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Blob {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

export interface ImageDescription {
  /** Fully qualified image name. */
  readonly name: string;
  readonly config: ContainerConfig;
  /** From the bottom up. */
  readonly layers: readonly Layer[];
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Writes an OCI image layout as one tar file, which `ctr images import` takes under the image's own name.
 * Layers are not compressed: on one machine, packing and unpacking takes longer than reading.
 */
export async function writeOciArchive(image: ImageDescription, file: string): Promise<void> {
  const documents = ociDocuments(image);
  const out = await open(file, 'w');
  try {
    for (const { name, bytes } of documents) await writeBytes(out, name, bytes);
    for (const layer of image.layers) await writeFile(out, blobPath(`sha256:${layer.digest}`), layer);
    await out.write(TAR_END);
  } finally {
    await out.close();
  }
}

/** The JSON documents of the layout, by their names in the archive. Pure. */
export function ociDocuments(image: ImageDescription): { name: string; bytes: Buffer }[] {
  const config = blob('application/vnd.oci.image.config.v1+json', {
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    config: image.config,
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => `sha256:${layer.digest}`) },
  });
  const layers = image.layers.map((layer) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: `sha256:${layer.digest}`,
    size: layer.size,
  }));
  const manifestType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = blob(manifestType, {
    schemaVersion: 2,
    mediaType: manifestType,
    config: config.descriptor,
    layers,
  });
  const annotations = {
    'io.containerd.image.name': image.name,
    'org.opencontainers.image.ref.name': image.name.slice(image.name.lastIndexOf(':') + 1),
  };
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest.descriptor, annotations }],
  };
  return [
    { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', bytes: json(index) },
    { name: blobPath(manifest.descriptor.digest), bytes: manifest.bytes },
    { name: blobPath(config.descriptor.digest), bytes: config.bytes },
  ];
}

function blob(mediaType: string, document: object): Blob {
  const bytes = json(document);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

const json = (document: object): Buffer => Buffer.from(JSON.stringify(document));

const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

async function writeBytes(out: FileHandle, name: string, bytes: Buffer): Promise<void> {
  await out.write(Buffer.concat([tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)]));
}

async function writeFile(out: FileHandle, name: string, layer: Layer): Promise<void> {
  await out.write(tarHeader(name, layer.size));
  for await (const chunk of createReadStream(layer.file, { highWaterMark: 1 << 20 }))
    await out.write(chunk as Buffer);
  await out.write(tarPadding(layer.size));
}
