import { errors } from 'undici';
import { ClusterError, type ClusterErrorCode } from './errors.ts';

interface StatusBody {
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    kind?: string;
    retryAfterSeconds?: number;
    causes?: { reason?: string }[];
  };
}

const byStatus: Record<number, ClusterErrorCode> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Gone',
  413: 'Invalid',
  422: 'Invalid',
  429: 'TooManyRequests',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Timeout',
};

const byReason: Record<string, ClusterErrorCode> = {
  AlreadyExists: 'AlreadyExists',
  Expired: 'Gone',
  Gone: 'Gone',
  ServerTimeout: 'Unavailable',
  Timeout: 'Timeout',
};

/** An answer that is not a success, as a ClusterError. `what` is method and resource, e.g. `GET pods a/b`. */
export function refusal(
  what: string,
  status: number,
  body: string,
  retryAfter?: string,
  name?: string,
): ClusterError {
  const said = parseStatus(body);
  const reason = said?.reason ?? '';
  const code = namespaceGone(said, name)
    ? 'NamespaceGone'
    : (ofAdmission(said, status) ??
      byReason[reason] ??
      byStatus[status] ??
      (status >= 500 ? 'Internal' : 'BadRequest'));
  const words = (said?.message ?? body).replace(/\s+/g, ' ').trim().slice(0, 1000) || 'no reason given';
  const seconds = said?.details?.retryAfterSeconds || secondsFrom(retryAfter);
  return new ClusterError(code, `${what}: the API server answered ${status}: ${words}`, {
    status,
    said: words,
    ...(reason && { reason }),
    ...(seconds && { retryAfterSeconds: seconds }),
    // A proxy's, an unknown kind's or a namespace's 404 says nothing about the object.
    objectMissing: code === 'NotFound' && name !== undefined && said?.details?.name === name,
  });
}

/** `name` is that of the object asked for: where a namespace itself was, its 404 is about the object. */
const namespaceGone = ({ reason, details }: StatusBody = {}, name: string | undefined) =>
  details?.causes?.some((cause) => cause?.reason === 'NamespaceTerminating') ||
  (reason === 'NotFound' && details?.kind === 'namespaces' && details.name !== name);

/**
 * What a webhook did is told in words alone: its silence is an internal error like any other, and its refusal, or that of a
 * ValidatingAdmissionPolicy, comes under whatever status it chose. One that is a refusal anyway keeps its own code.
 */
function ofAdmission({ message = '' }: StatusBody = {}, status: number): ClusterErrorCode | undefined {
  if (status >= 500 && /\bfailed calling webhook "/.test(message)) return 'WebhookFailed';
  const denied =
    /^admission webhook ".*" denied the request\b/.test(message) ||
    /\bValidatingAdmissionPolicy '.*' denied request\b/.test(message);
  return denied && ![400, 403, 422].includes(status) ? 'Forbidden' : undefined;
}

/** A request that got no (whole) answer, as a ClusterError. */
export function breakdown(what: string, error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  const late =
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError;
  return new ClusterError(
    late ? 'Timeout' : 'Unreachable',
    `${what}: no answer from the API server: ${reasonOf(error)}`,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}

function parseStatus(body: string): StatusBody | undefined {
  try {
    const parsed = JSON.parse(body) as { kind?: string } & StatusBody;
    return parsed?.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function secondsFrom(retryAfter: string | undefined): number | undefined {
  if (!retryAfter) return undefined;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
