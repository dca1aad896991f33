import type { Reason } from './reasons.ts';

/** An obstacle with a reason from the table and a sentence for a person: it becomes a condition, never a stack trace. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly reason: Reason;
  /** How long the other side asked us to wait, if it did. */
  readonly retryAfterMs: number | undefined;
  constructor(reason: Reason, message: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The text of anything that was thrown. */
export const textOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));

/** The kind of error that was thrown, such as `NotFound`, if it has one. The message is only for people. */
export const codeOf = (thrown: unknown) => (thrown as { code?: string } | undefined)?.code;
