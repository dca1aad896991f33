import { LogLevel, WebClient } from '@slack/web-api';
import type { Logger } from 'pino';

export interface ClientOptions {
  /** `https://slack.com/api/`. */
  apiUrl: string;
  log: Pick<Logger, 'trace'>;
  /** How long one call may take. Default 10,000 ms. */
  timeoutMs?: number;
}

/** Slack's Web API with one bot's token; every call is made once. */
export const openClient = (token: string, { apiUrl, log, timeoutMs = 10_000 }: ClientOptions) =>
  new WebClient(token, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    timeout: timeoutMs,
    // The notifier tries again, later and with what is true by then; a repeated post could be a second message.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet(log),
  });

/** The client's own lines repeat what the errors say; they matter when somebody looks closely. */
const quiet = (log: ClientOptions['log']) => {
  const line = (...parts: unknown[]) =>
    log.trace({ slack: parts.map(String).join(' ').slice(0, 500) }, 'slack');
  return {
    debug: () => undefined,
    info: line,
    warn: line,
    error: line,
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
};
