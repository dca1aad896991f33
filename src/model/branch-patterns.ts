/**
 * Does a branch match, by GitHub Actions' filter patterns? `*` any characters but `/`, `**` any characters, `?` zero or one
 * and `+` one or more of the preceding character, `[…]` one of a set, `!` at the start takes back what earlier patterns took.
 * Source: GitHub's workflow syntax, "Filter pattern cheat sheet".
 */
export function matchesBranch(branch: string, patterns: { include: string[]; exclude: string[] }): boolean {
  const matches = (list: string[]) =>
    list.reduce((taken, pattern) => {
      const negated = pattern.startsWith('!');
      return toRegExp(negated ? pattern.slice(1) : pattern).test(branch) ? !negated : taken;
    }, false);
  return matches(patterns.include) && !matches(patterns.exclude);
}

/** Why this text is no pattern, or undefined. */
export function patternFault(pattern: string): string | undefined {
  try {
    toRegExp(pattern.replace(/^!/, ''));
    return undefined;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

/** Throws a SyntaxError that names the pattern when it cannot be read. */
export function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*{2,}|\*|\\.|\[[^\]]*\]|[?+]|[^]/gu, (token, at: number) =>
    tokenSource(token, at === 0),
  );
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch (cause) {
    throw new SyntaxError(`"${pattern}" is not a branch pattern: ${(cause as Error).message}`, { cause });
  }
}

function tokenSource(token: string, first: boolean): string {
  if (token === '*') return '[^/]*';
  if (/^\*+$/.test(token)) return '.*';
  if (token === '?' || token === '+') return first ? `\\${token}` : token;
  if (/^\[.+\]$/.test(token)) return token.replace(/[\\^]/g, '\\$&');
  return token.replace(/^\\(?=.)/u, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
