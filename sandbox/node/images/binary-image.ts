import { createHash } from 'node:crypto';
import { tar } from './tar.ts';

const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** An OCI archive of an image that holds one statically linked program and starts it. */
export function binaryImage(
  name: string,
  { program, content }: { program: string; content: Uint8Array },
): Buffer {
  const layer = tar([{ path: program, content, mode: 0o755 }]);
  const blobs: Uint8Array[] = [];
  const blob = (mediaType: string, bytes: Uint8Array) => {
    blobs.push(bytes);
    return { mediaType, digest: `sha256:${digestOf(bytes)}`, size: bytes.length };
  };
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  const config = json({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config: { Entrypoint: [`/${program}`] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digestOf(layer)}`] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: blob('application/vnd.oci.image.config.v1+json', config),
    layers: [blob('application/vnd.oci.image.layer.v1.tar', layer)],
  });
  const entry = {
    ...blob('application/vnd.oci.image.manifest.v1+json', manifest),
    annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name },
  };
  return tar([
    { path: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: json({ schemaVersion: 2, manifests: [entry] }) },
    ...blobs.map((content) => ({ path: `blobs/sha256/${digestOf(content)}`, content })),
  ]);
}
