import type { WebhookServerOptions } from './api.ts';
import type { Refusal } from './refusal.ts';

const EVERY_MS = 60_000;

/**
 * Counts refusals, and logs of each endpoint and reason the first one at once and then one line a minute, with their number: however many a
 * stranger sends, and nothing of what it sent.
 */
export function createRefusals({ log, seen }: Pick<WebhookServerOptions, 'log' | 'seen'>) {
  /** How many were not logged yet, by endpoint and reason. */
  const quiet = new Map<string, { endpoint: string; why: string; count: number }>();
  let timer: NodeJS.Timeout | undefined;

  const say = (endpoint: string, why: string, count: number) =>
    log.warn({ door: endpoint, why, count }, count === 1 ? 'delivery refused' : 'deliveries refused');

  function sum(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const [key, one] of quiet) {
      if (one.count === 0) quiet.delete(key);
      else say(one.endpoint, one.why, one.count);
      one.count = 0;
    }
    if (quiet.size > 0) timer = setTimeout(sum, EVERY_MS).unref();
  }

  return {
    note(endpoint: string, { why, outcome }: Refusal): void {
      seen('unknown', outcome);
      const key = JSON.stringify([endpoint, why]);
      const known = quiet.get(key);
      if (known) known.count++;
      else {
        say(endpoint, why, 1);
        quiet.set(key, { endpoint, why, count: 0 });
      }
      timer ??= setTimeout(sum, EVERY_MS).unref();
    },
    /** Logs what has not been logged yet, for the last time. */
    close(): void {
      sum();
      clearTimeout(timer);
    },
  };
}
