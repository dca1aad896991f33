import { monotonic } from '../model/clock.ts';
import { Problem, codeOf, textOf } from '../model/problem.ts';
import { rowOf } from '../model/reasons.ts';
import { isRefusal } from '../model/refusal.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Outcome } from '../model/outcome.ts';

/** What is over sooner is not worth a word: a Conflict, a server that asks for patience. */
const LASTING_MS = 10_000;
/** An API server's refusal in other words (a port, a time of day) is not told more often: each telling wakes who tried. */
const OTHER_WORDS_MS = 60_000;

interface Trouble {
  since: number;
  told?: { said: Explanation; at: number };
}

/**
 * What conditions say of what was thrown, whatever it was. What somebody has to act on is told at once, anything else once it lasts. When it
 * began is in memory only; but what stands in the status already, from whichever process, stands until it is over.
 */
export function createTroubles(now: () => number = monotonic) {
  const troubles = new Map<string, Trouble>();
  return {
    /** Undefined while it is too young to be told. `stands`: the reason that the status gives at present. */
    tell(key: string, error: unknown, stands: string | undefined): Explanation | undefined {
      const at = now();
      const trouble = troubles.get(key) ?? { since: at };
      troubles.set(key, trouble);
      const lasts = at - trouble.since >= LASTING_MS || rowOf(stands ?? '').about === 'api';
      const said = obstacle(error) ?? (lasts ? retrying(error) : undefined);
      const { told } = trouble;
      if (!said) return (delete trouble.told, undefined);
      // Offshoot's own words change only with what they are about.
      const ours = error instanceof Problem;
      if (!ours && told?.said.reason === said.reason && at - told.at < OTHER_WORDS_MS) return told.said;
      trouble.told = { said, at };
      return said;
    },
    over: (key: string) => void troubles.delete(key),
  };
}

export type Troubles = ReturnType<typeof createTroubles>;

/** What is looked at again every few seconds, since somebody may have acted on it; anything else is left to the queue's back-off. */
export const isObstacle = (error: unknown) =>
  error instanceof Problem || codeOf(error) === 'NotOurs' || isRefusal(error);

/** It failed: again after the key's own back-off, and not before the other side wants it. */
export function retry(error: unknown): Outcome {
  const seconds = (error as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds;
  const ms = error instanceof Problem ? error.retryAfterMs : seconds && seconds * 1_000;
  return { kind: 'Retry', error, ...(ms && { ms }) };
}

/** What waiting alone does not help against. */
function obstacle(error: unknown): Explanation | undefined {
  if (error instanceof Problem) return { reason: error.reason, message: error.message };
  if (codeOf(error) === 'NotOurs') return { reason: 'NamespaceTaken', message: sentence(error) };
  const refused = isRefusal(error) || codeOf(error) === 'WebhookFailed';
  return refused ? { reason: 'Refused', message: again(error) } : undefined;
}

const retrying = (error: unknown): Explanation => ({ reason: 'Retrying', message: again(error) });

const again = (error: unknown) => `${sentence(error)} Offshoot retries at least every minute.`;

function sentence(error: unknown): string {
  const text = textOf(error).slice(0, 1_500);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
