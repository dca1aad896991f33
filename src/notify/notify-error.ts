export type NotifyErrorCode = 'Unreachable' | 'Unauthorized' | 'TargetNotFound' | 'RateLimited' | 'Refused';

/** An announcement that could not be delivered. It is tried again in any case; the code says what a person may have to do. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError';
  readonly code: NotifyErrorCode;
  /** What the other side asked for; it is not tried again sooner. */
  readonly retryAfterMs: number | undefined;
  constructor(
    code: NotifyErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
