/**
 * A text as a person should see it: characters that hide (controls, zero-width) or turn their neighbours around (bidi marks)
 * are spelled out, so that no branch can pose as another. The joiner inside an emoji stays.
 */
export const visible = (text: string) =>
  text.toWellFormed().replace(HIDDEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}⟩`;
  });

const HIDDEN =
  /(?!(?<=\p{Extended_Pictographic}\u{FE0F}?)\u{200D}(?=\p{Extended_Pictographic}))[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{115F}\u{1160}\u{3164}\u{FFA0}]/gu;
