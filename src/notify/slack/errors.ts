import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { Problem, textOf } from '../../model/problem.ts';
import { NotifyError } from '../notify-error.ts';
import type { Reason } from '../../model/reasons.ts';
import type { Trouble } from '../api.ts';
import type { NotifyErrorCode } from '../notify-error.ts';

/** Slack's own error code, where the call got that far: `message_not_found`. */
export const slackCode = (error: unknown) =>
  error instanceof WebAPIPlatformError ? String(error.data.error) : undefined;

/** Anything the Slack client throws, as the one error this stage knows. */
export function toNotifyError(error: unknown, channel: string): NotifyError {
  if (error instanceof NotifyError) return error;
  const said = (code: NotifyErrorCode, message: string, retryAfterSeconds?: number) =>
    new NotifyError(code, message, {
      cause: error,
      ...(retryAfterSeconds && { retryAfterMs: retryAfterSeconds * 1_000 }),
    });

  if (error instanceof WebAPIRateLimitedError)
    return said('RateLimited', 'Slack is rate-limiting', error.retryAfter);
  if (error instanceof WebAPIHTTPError) {
    const message = `Slack answered with HTTP status ${error.statusCode}`;
    return said(error.statusCode < 500 ? 'Refused' : 'Unreachable', message);
  }
  if (error instanceof WebAPIRequestError || error === null || !(error instanceof WebAPIPlatformError))
    return said('Unreachable', `Slack cannot be reached or did not answer in time: ${textOf(error)}`);

  const code = String(error.data.error);
  if (UNAUTHORIZED.has(code))
    return said(
      'Unauthorized',
      `Slack rejected the bot token (${code}); put a valid token with the scope chat:write into the Secret`,
    );
  if (CHANNEL.has(code))
    return said(
      'TargetNotFound',
      `Slack has no channel ${channel} for this bot (${code}); check the channel ID, and invite the bot`,
    );
  if (RATE_LIMITED.has(code)) return said('RateLimited', 'Slack is rate-limiting', 30);
  if (PASSING.has(code)) return said('Unreachable', `Slack reported an internal problem (${code})`);
  return said('Refused', `Slack rejected the message (${code})`);
}

/** What waiting alone ends is not worth a condition. */
const REASONS: Record<NotifyErrorCode, Reason | undefined> = {
  TargetNotFound: 'SlackChannelGone',
  Unauthorized: 'SlackUnauthorized',
  Refused: 'SlackRefused',
  Unreachable: 'SlackUnreachable',
  RateLimited: undefined,
};

export function conditionOf(error: unknown): Trouble | undefined {
  // A Problem is a complete sentence and may end with a command: nothing is put behind it.
  if (error instanceof Problem) return trouble(error.reason, error.message);
  const reason = error instanceof NotifyError ? REASONS[error.code] : undefined;
  return reason && trouble(reason, `${textOf(error)}. Retrying.`);
}

const trouble = (reason: Reason, why: string): Trouble => ({
  reason,
  message: `Slack notification failed: ${why}`,
});

const UNAUTHORIZED = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'no_permission',
  'missing_scope',
  'not_allowed_token_type',
  'org_login_required',
  'ekm_access_denied',
]);
const CHANNEL = new Set(['channel_not_found', 'not_in_channel', 'is_archived']);
const RATE_LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);
