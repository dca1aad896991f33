import fc from 'fast-check';

/** Any character, the odd ones often; what `unit: 'binary'` means, whose tables take every file two seconds to build. */
export const codePoint = fc
  .oneof(
    fc.integer({ min: 0, max: 0xff }),
    fc.integer({ min: 0x100, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((one) => String.fromCodePoint(one));
