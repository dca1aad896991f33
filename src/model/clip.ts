/** A text of strangers' in a sentence of ours: no longer than that, and what was cut off is seen to be. */
export const clip = (text: string, longest: number) =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
