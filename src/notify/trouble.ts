import { findCondition, withTransitions } from '../model/conditions.ts';
import type { Condition } from '../model/conditions.ts';
import type { Preview } from '../model/preview.ts';
import type { Reason } from '../model/reasons.ts';
import { Problem, textOf } from '../model/problem.ts';
import { NotifyError, type NotifyErrorCode } from './notify-error.ts';

/** What waiting alone ends is not worth a condition. */
const REASONS: Record<NotifyErrorCode, Reason | undefined> = {
  ChannelNotFound: 'SlackChannelGone',
  Unauthorized: 'SlackUnauthorized',
  Refused: 'SlackRefused',
  Unreachable: 'SlackUnreachable',
  RateLimited: undefined,
};

/** Somebody has to change something before it can work: looked at again often, so that it is seen when they have. */
export const needsSomebody = (error: unknown) =>
  error instanceof Problem ||
  (error instanceof NotifyError && ['ChannelNotFound', 'Unauthorized', 'Refused'].includes(error.code));

const reasonOf = (error: unknown): Reason | undefined => {
  if (error instanceof Problem) return error.reason;
  return error instanceof NotifyError ? REASONS[error.code] : undefined;
};

/** The condition `Notified` while a message cannot be said; there is none while all is well. */
export function notifiedCondition(preview: Preview, error: unknown, now: Date): Condition | undefined {
  const reason = reasonOf(error);
  if (!reason) return undefined;
  // A Problem is a sentence of its own, which may end with a command.
  const why = error instanceof Problem ? error.message : `${textOf(error)}. It is tried again.`;
  const message = `What happens to this preview is not told in Slack: ${why}`;
  const condition: Condition = {
    type: 'Notified',
    status: 'False',
    reason,
    message: message.slice(0, 1_000),
  };
  return withTransitions([condition], preview.status?.conditions, now)[0];
}

export const toldTrouble = (preview: Preview) => findCondition(preview.status?.conditions, 'Notified');
