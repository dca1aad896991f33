import type { Reason } from './reasons.ts';

/** An obstacle with a reason from the table and a sentence for a person: it becomes a condition, never a stack trace. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly reason: Reason;
  /** How long the other side wants to be left alone, if it said so. */
  readonly retryAfterMs: number | undefined;
  constructor(reason: Reason, message: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The text of anything that was thrown. */
export const textOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));

/** What kind of error was thrown, such as `NotFound`, if it says: what it says in words is for people alone. */
export const codeOf = (thrown: unknown) => (thrown as { code?: string } | undefined)?.code;
