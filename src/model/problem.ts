import type { Reason } from './reasons.ts';

/**
 * An obstacle with a reason from the table and a sentence for a person: it becomes a condition, never a stack trace.
 * `terminal`: only a changed object or a person helps, so the next try waits for the long back-off.
 */
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
