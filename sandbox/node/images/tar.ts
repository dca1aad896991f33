export interface TarEntry {
  path: string;
  content: Uint8Array;
  mode?: number;
}

const block = 512;

function header({ path, content, mode = 0o644 }: TarEntry): Buffer {
  if (path.length > 100) throw new Error(`path too long for a plain tar header: ${path}`);
  const out = Buffer.alloc(block);
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, '0');
  out.write(path, 0);
  out.write(octal(mode, 8), 100);
  out.write(octal(0, 8), 108);
  out.write(octal(0, 8), 116);
  out.write(octal(content.length, 12), 124);
  out.write(octal(0, 12), 136); // no time: the same input makes the same bytes
  out.write('        ', 148);
  out.write('0', 156);
  out.write('ustar\u000000', 257);
  const sum = out.reduce((total, byte) => total + byte, 0);
  out.write(`${octal(sum, 7)}\0 `, 148);
  return out;
}

/** A tar archive of plain files that belong to root. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => [
    header(entry),
    entry.content,
    Buffer.alloc((block - (entry.content.length % block)) % block),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}
