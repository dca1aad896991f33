/** A branch is hostile text: no control character reaches the terminal. */
export const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}]/gu, '�');

/** The same, safe to paste into a shell. */
export const quoted = (branch: string) =>
  /^[\w./-]+$/.test(branch) ? branch : `'${printable(branch).replaceAll("'", `'\\''`)}'`;
