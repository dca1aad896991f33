/** A branch is hostile text: no control character reaches the terminal. */
export const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
