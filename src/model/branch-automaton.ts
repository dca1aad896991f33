import type { Atom } from './branch-pattern-syntax.ts';

/** All patterns of a DagRepository as one automaton. */
export interface Automaton {
  /** How many states it has: one for each atom, and one for each pattern's end. */
  readonly width: number;
  /** The states before the first character, a bit each. */
  readonly start: bigint;
  /** The states after one more character. 0n stays 0n: nothing can match any more. */
  step(states: bigint, codePoint: number): bigint;
  /** Whether pattern number `index` ends here. */
  accepts(states: bigint, index: number): boolean;
}

/**
 * Reads a branch once, one step a character, however many ways there are to match it: all of them are followed at once, as bits of one
 * number (Shift-And with the extensions of Navarro and Raffinot). So the work is at most length of the branch times length of the
 * patterns, which backtracking is not.
 */
export function createAutomaton(patterns: readonly Atom[][]): Automaton {
  let [width, start, optional, repeats] = [0, 0n, 0n, 0n];
  const states: (Atom | undefined)[] = [];
  const ends = patterns.map((atoms) => {
    start |= 1n << BigInt(width);
    for (const atom of atoms) {
      const bit = 1n << BigInt(width++);
      if (atom.optional) optional |= bit;
      if (atom.repeats) repeats |= bit;
      states.push(atom);
    }
    states.push(undefined);
    return BigInt(width++);
  });
  const takenAt = takers(states);
  // Adding a bit to the row of optional atoms that it lies in carries it to the row's end; the bits that changed are those it may skip.
  const skip = (from: bigint) => from | (((from & optional) + optional) ^ optional);
  return {
    width,
    start: skip(start),
    step(from, codePoint) {
      const taken = from & takenAt(codePoint);
      return skip((taken << 1n) | (taken & repeats));
    },
    accepts: (from, index) => ((from >> ends[index]!) & 1n) === 1n,
  };
}

/**
 * Which states take a character. All characters between two borders of ranges are alike, so what is remembered is bounded by the
 * patterns, whatever alphabet strangers write in.
 */
function takers(states: readonly (Atom | undefined)[]): (codePoint: number) => bigint {
  const borders = states.flatMap((atom) => atom?.ranges.flatMap(([first, last]) => [first, last + 1]) ?? []);
  const starts = [...new Set([0, ...borders])].sort((a, b) => a - b);
  const known: bigint[] = [];
  return (codePoint) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= codePoint) low = middle;
      else high = middle - 1;
    }
    return (known[low] ??= bitsOf(states, starts[low]!));
  };
}

function bitsOf(states: readonly (Atom | undefined)[], codePoint: number): bigint {
  const takes = (atom: Atom | undefined) =>
    atom?.ranges.some(([first, last]) => first <= codePoint && codePoint <= last) ? '1' : '0';
  return BigInt(`0b0${states.map(takes).reverse().join('')}`);
}
