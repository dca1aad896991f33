import { setTimeout as wait } from 'node:timers/promises';
import { backoff } from '../model/backoff.ts';
import { ClusterError, type ClusterErrorCode } from './errors.ts';
import type { WatchEvent } from './watch-stream.ts';

export interface WatchTiming {
  /**
   * How long the server keeps one connection, ±10 %. Short on purpose: a connection that died without a word is noticed when this is over, in
   * the worst case (a proxy that keeps it open), and a fresh cache within a minute is promised. A reconnect is one cheap GET.
   */
  connectionSeconds: number;
  /** What the server may be late before the connection counts as dead. */
  graceSeconds: number;
  headersSeconds: number;
  /** A connection that lived this long was a good one: the next failure starts at the shortest wait again. */
  healthySeconds: number;
}

export const defaultTiming: WatchTiming = {
  connectionSeconds: 40,
  graceSeconds: 6,
  headersSeconds: 10,
  healthySeconds: 10,
};

export interface WatchLoop {
  /** Reads everything; resolves to the version to go on from. */
  list(signal: AbortSignal): Promise<string>;
  connect(from: {
    resourceVersion: string;
    timeoutSeconds: number;
    signal: AbortSignal;
    onConnected(): void;
  }): AsyncIterable<WatchEvent>;
  onEvent(event: WatchEvent): void;
  onFailure(error: ClusterError, waitMs: number): void;
}

const LIMITS = { firstMs: 200, maxMs: 30_000 };
/** Retry-After is obeyed, but a nonsensical one must not stop a watch for a day. */
const LONGEST_ASKED_MS = 300_000;

/** After these the last version still stands. After anything else, what is known is in doubt: list again. */
const harmless: ReadonlySet<ClusterErrorCode> = new Set([
  'Unreachable',
  'Timeout',
  'Unavailable',
  'TooManyRequests',
]);

/** List, then watch, for ever: nothing but `stop` ends it. */
export async function runWatchLoop(loop: WatchLoop, stop: AbortSignal, timing: WatchTiming): Promise<void> {
  let failures = 0;
  let version: string | undefined;

  async function follow(from: string): Promise<void> {
    const connection = new AbortController();
    const stopped = (): void => connection.abort();
    stop.addEventListener('abort', stopped, { once: true });
    if (stop.aborted) stopped();
    const seconds = timing.connectionSeconds * (0.9 + 0.2 * Math.random());
    const cutAfter = (limit: number, why: string): NodeJS.Timeout =>
      setTimeout(() => connection.abort(new ClusterError('Timeout', why)), limit * 1000);
    let timer = cutAfter(timing.headersSeconds, 'The watch got no answer in time');
    let connectedAt = Infinity;
    try {
      const events = loop.connect({
        resourceVersion: from,
        timeoutSeconds: Math.max(1, Math.round(seconds)),
        signal: connection.signal,
        onConnected() {
          clearTimeout(timer);
          connectedAt = performance.now();
          // One limit on the whole life covers silence, a trickle and a line that never ends alike.
          timer = cutAfter(
            seconds + timing.graceSeconds,
            'The watch outlived its timeout: the connection is dead',
          );
        },
      });
      for await (const event of events) {
        version = event.resourceVersion;
        loop.onEvent(event);
      }
    } catch (error) {
      const reason: unknown = connection.signal.reason;
      throw reason instanceof ClusterError ? reason : error;
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
      connection.abort();
      if (performance.now() - connectedAt >= timing.healthySeconds * 1000) failures = 0;
    }
    if (performance.now() - connectedAt < timing.healthySeconds * 1000) {
      throw new ClusterError('Unreachable', 'The watch ended early');
    }
  }

  while (!stop.aborted) {
    try {
      version ??= await loop.list(stop);
      await follow(version);
    } catch (thrown) {
      if (stop.aborted) return;
      const error =
        thrown instanceof ClusterError
          ? thrown
          : new ClusterError('Internal', `The watch failed: ${String(thrown)}`, { cause: thrown });
      if (!harmless.has(error.code)) version = undefined;
      const askedMs = Math.min((error.retryAfterSeconds ?? 0) * 1000, LONGEST_ASKED_MS);
      const waitMs = backoff(++failures, LIMITS, { askedMs });
      loop.onFailure(error, waitMs);
      await wait(waitMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
