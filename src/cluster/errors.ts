/**
 * Everything that can go wrong between Offshoot and the Kubernetes API, as one table. Callers branch on `code`, never on a message.
 *
 * `Gone`: the asked-for version is compacted, list again · `Unreachable`: no connection, or it broke · `Timeout`: no (whole) answer in
 * time · `Unavailable`: the server says try later · `Aborted`: the caller gave up · `NotOurs`: the object exists and is somebody else's ·
 * `NotLeading`: it was not sent, because this Offshoot does not lead, or cannot be sure that it does ·
 * `NamespaceGone`: nothing can be made in a namespace that is being deleted, or is not there ·
 * `WebhookFailed`: an admission webhook of the cluster gave no answer, or one that cannot be used, so that nothing was written.
 */
export type ClusterErrorCode =
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Invalid'
  | 'Forbidden'
  | 'Unauthorized'
  | 'TooManyRequests'
  | 'Gone'
  | 'Timeout'
  | 'Unavailable'
  | 'Unreachable'
  | 'BadRequest'
  | 'Internal'
  | 'Aborted'
  | 'NotOurs'
  | 'NotLeading'
  | 'NamespaceGone'
  | 'WebhookFailed';

export interface ClusterErrorDetails {
  /** HTTP status, when the server answered. */
  status?: number;
  /** The API server's own machine-readable word, e.g. `NotFound`, `Expired`. */
  reason?: string;
  /** What the server asked us to wait. */
  retryAfterSeconds?: number;
  /** True if the 404 speaks about the object asked for, not about an unknown path, kind or namespace. */
  objectMissing?: boolean;
  /** The server's own sentence, without what it was asked. */
  said?: string;
  cause?: unknown;
}

export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code: ClusterErrorCode;
  readonly status?: number;
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
  readonly objectMissing: boolean;
  readonly said?: string;

  constructor(code: ClusterErrorCode, message: string, details: ClusterErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.objectMissing = details.objectMissing ?? false;
    if (details.status !== undefined) this.status = details.status;
    if (details.reason !== undefined) this.reason = details.reason;
    if (details.said !== undefined) this.said = details.said;
    if (details.retryAfterSeconds !== undefined) this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
