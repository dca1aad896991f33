/** Longer than any object etcd stores, shorter than what would hurt. */
export const longestLine = 16 * 1024 * 1024;

/** Splits a byte stream at line feeds; throws RangeError for a line that does not end in time. A last line without end is dropped, or kept. */
export async function* lines(
  chunks: AsyncIterable<Buffer>,
  { limit = longestLine, rest: last = 'drop' }: { limit?: number; rest?: 'drop' | 'keep' } = {},
): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      pending.push(chunk.subarray(from, end));
      from = end + 1;
      const line = Buffer.concat(pending).toString('utf8');
      pending = [];
      size = 0;
      if (line !== '') yield line;
    }
    const rest = chunk.subarray(from);
    size += rest.length;
    if (size > limit) throw new RangeError(`a line is longer than ${limit} bytes`);
    if (rest.length > 0) pending.push(rest);
  }
  if (last === 'keep' && pending.length > 0) yield Buffer.concat(pending).toString('utf8');
}
