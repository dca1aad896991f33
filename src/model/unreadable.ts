import { z } from 'zod';

/** Room for a dozen faults; a key of a free map may be as long as an object. */
const LONGEST = 4_000;

/** What zod finds wrong, in one line. Split, not matched: `\s*\n\s*` never finishes on a key of a million spaces. */
export function whyUnreadable(error: z.ZodError): string {
  const line = z
    .prettifyError(error)
    .split('\n')
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST).toWellFormed()} …` : line;
}
