import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/cluster/canonical.ts';
import { deepFreeze } from '../../src/cluster/freeze.ts';
import { lines } from '../../src/cluster/lines.ts';

async function collect(chunks: Buffer[], options?: Parameters<typeof lines>[1]): Promise<string[]> {
  const found: string[] = [];
  const source = async function* (): AsyncGenerator<Buffer> {
    yield* chunks;
  };
  for await (const line of lines(source(), options)) found.push(line);
  return found;
}

describe('lines', () => {
  test('come out whole however the bytes are cut, in the middle of a character too', async () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(300)), async (whole, cuts) => {
        const bytes = Buffer.from(whole.map((text) => `${text}\n`).join(''));
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
        expect(await collect(at.map((from, i) => bytes.subarray(from, at[i + 1])))).toEqual(whole);
      }),
    );
  });

  test('that do not end in time are refused; a last one without end is dropped, or kept', async () => {
    const tenBytes = Buffer.from('0123456789');
    await expect(collect([tenBytes, tenBytes], { limit: 15 })).rejects.toThrow(RangeError);
    const cut = [Buffer.from('a\n\nb\nc')];
    expect(await collect(cut)).toEqual(['a', 'b']);
    expect(await collect(cut, { rest: 'keep' })).toEqual(['a', 'b', 'c']);
  });
});

test('freezing reaches every depth the API server accepts', () => {
  let deep: unknown[] = [];
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  const root = { list: [{ a: {} }], deep };
  expect(Object.isFrozen(deepFreeze(root).list[0]?.a)).toBe(true);
});

test('canonical text is the same for every order of keys, and keeps the order of lists', () => {
  expect(canonical({ b: [2, 1, { z: 1, y: undefined }], a: null })).toBe('{"a":null,"b":[2,1,{"z":1}]}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonical(reversed)).toBe(canonical(value));
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
