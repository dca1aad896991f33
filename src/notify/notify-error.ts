export type NotifyErrorCode = 'Unreachable' | 'Unauthorized' | 'ChannelNotFound' | 'RateLimited' | 'Refused';

/** A message that could not be delivered. All of them are tried again; the code says what a person may have to do. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError';
  readonly code: NotifyErrorCode;
  /** What the other side asked for; no sooner is it tried again. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    code: NotifyErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
