/** GitHub's largest body, 25 MiB of paths in commits, holds about half as many. */
export const MOST_VALUES = 1_000_000;

const MARKS = new Set([...'[{,'].map((character) => character.charCodeAt(0)));

/** Parsed, `[{},{},…]` takes twenty times the memory of its text: whoever has one repository's key must not stop it for all others. */
export function hasTooManyValues(json: Buffer): boolean {
  if (json.length <= MOST_VALUES) return false;
  let marks = 0;
  for (const byte of json) if (MARKS.has(byte)) marks++;
  return marks > MOST_VALUES;
}
