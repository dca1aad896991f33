/** One 512-byte ustar header for a plain file. `name` has at most 100 bytes, `size` at most 8 GiB. */
export function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  if (Buffer.byteLength(name) > 100)
    throw new Error(`the name ${name} does not fit a tar header of 100 bytes`);
  if (size >= 8 ** 11) throw new Error(`${name} has ${size} bytes, more than a tar header can hold`);
  const put = (text: string, offset: number): number => header.write(text, offset, 'utf8');
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  put(name, 0);
  put(octal(0o644, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(size, 12), 124);
  put(octal(0, 12), 136);
  put('        ', 148); // the checksum counts itself as eight spaces
  put('0', 156);
  put('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** The zero bytes that fill a file of this size up to whole blocks. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((512 - (size % 512)) % 512);
}

/** Two empty blocks end an archive. */
export const TAR_END = Buffer.alloc(1024);
