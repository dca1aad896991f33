/** First and last code point of a range, both included. */
export type Range = readonly [first: number, last: number];

/** One place of a pattern: which characters may stand there, and how many of them. */
export interface Atom {
  readonly ranges: readonly Range[];
  optional: boolean;
  repeats: boolean;
}

const SLASH = 0x2f;
const LAST = 0x10ffff;
const ANY: readonly Range[] = [[0, LAST]];
const NO_SLASH: readonly Range[] = [
  [0, SLASH - 1],
  [SLASH + 1, LAST],
];

/**
 * The atoms of one filter pattern, without its `!`. A `?` or `+` that begins it stands for itself, as does a bracket without a set; `\`
 * takes the meaning of whatever follows. Throws a SyntaxError that names the pattern when it cannot be read.
 */
export function parsePattern(pattern: string): Atom[] {
  const text = Array.from(pattern);
  const atoms: Atom[] = [];
  /** How often the last atom was quantified: a `?` after a quantifier is taken and changes nothing, anything more is a mistake. */
  let quantified = 0;
  const add = (ranges: readonly Range[], wildcard = false) => {
    atoms.push({ ranges, optional: wildcard, repeats: wildcard });
    quantified = wildcard ? 1 : 0;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const last = atoms.at(-1);
    if (character === '*') {
      const from = at;
      while (text[at + 1] === '*') at++;
      add(at > from ? ANY : NO_SLASH, true);
    } else if (last && (character === '?' || character === '+')) {
      if (quantified > (character === '?' ? 1 : 0))
        throw fault(pattern, `the ${character} at position ${at + 1} has nothing to repeat`);
      if (quantified === 0) last[character === '?' ? 'optional' : 'repeats'] = true;
      quantified++;
    } else if (character === '[' && text.indexOf(']', at) > at + 1) {
      const end = text.indexOf(']', at);
      add(rangesOf(text.slice(at + 1, end), pattern));
      at = end;
    } else {
      if (character === '\\' && at + 1 < text.length) at++;
      add([only(text[at]!)]);
    }
  }
  return atoms;
}

/** `[a-c_]`: characters, and ranges of them; nothing else means anything inside. */
function rangesOf(set: string[], pattern: string): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < set.length; at++) {
    const [first, last] = [set[at]!, set[at + 2]];
    if (set[at + 1] !== '-' || last === undefined) ranges.push(only(first));
    else {
      if (code(last) < code(first)) throw fault(pattern, `the range ${first}-${last} is out of order`);
      ranges.push([code(first), code(last)]);
      at += 2;
    }
  }
  return ranges;
}

const code = (character: string) => character.codePointAt(0)!;
const only = (character: string): Range => [code(character), code(character)];
const fault = (pattern: string, why: string) =>
  new SyntaxError(`"${pattern}" is not a branch pattern: ${why}`);
