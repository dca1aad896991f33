import { createAutomaton } from './branch-automaton.ts';
import { parsePattern } from './branch-pattern-syntax.ts';
import { oncePerObject } from './once-per-object.ts';

export interface BranchPatterns {
  include: string[];
  exclude: string[];
}

/**
 * Does a branch match, by GitHub Actions' filter patterns? `*` any characters but `/`, `**` any characters, `?` zero or one
 * and `+` one or more of the preceding character, `[…]` one of a set, `!` at the start takes back what earlier patterns took.
 * Source: GitHub's workflow syntax, "Filter pattern cheat sheet".
 */
export function matchesBranch(branch: string, patterns: BranchPatterns): boolean {
  const { include, exclude } = patterns;
  const automaton = automatonOf(patterns);
  let states = automaton.start;
  for (const character of branch) {
    states = automaton.step(states, character.codePointAt(0)!);
    if (states === 0n) return false;
  }
  const matches = (list: string[], offset: number) =>
    list.reduce(
      (taken, pattern, at) => (automaton.accepts(states, offset + at) ? !pattern.startsWith('!') : taken),
      false,
    );
  return matches(include, 0) && !matches(exclude, include.length);
}

/** The automaton of both lists, made once for each DagRepository's. */
export const automatonOf = oncePerObject(({ include, exclude }: BranchPatterns) =>
  createAutomaton([...include, ...exclude].map((pattern) => parsePattern(pattern.replace(/^!/, '')))),
);

/** Why this text is no pattern, or undefined. */
export function patternFault(pattern: string): string | undefined {
  try {
    parsePattern(pattern.replace(/^!/, ''));
    return undefined;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}
