/** Text in which nothing hides and nothing turns around: control, zero-width and bidi characters are shown as �. */
export const plain = (text: string) =>
  text.toWellFormed().replace(/(?![\n\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');

/** Slack's three control characters, for texts that it reads for links and mentions. */
export const escaped = (text: string) =>
  plain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The first `most` characters, never half of one. */
export const shortened = (text: string, most: number) => {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
};
