import type { IncomingHttpHeaders } from 'node:http';
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';

/** What a request's headers carry beside the headers themselves, under a key that no client can send. */
export const rawTarget = Symbol('rawTarget');

export interface RawTarget {
  /** Path and query, byte for byte as they were requested. */
  path: string;
  /** What Airflow gets to see of the request's headers. */
  headers: IncomingHttpHeaders;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

type Callback = (error: Error | null, data: Dispatcher.ResponseData) => void;

export interface ExactAgent {
  request(options: Dispatcher.RequestOptions, callback: Callback): void;
  destroy(): void;
}

/**
 * The connections to the Airflows. The proxy library hands over a path that went through `URL`, which rewrites some characters
 * and refuses others; this one sends the path that was asked for instead.
 */
export function createExactAgent(timeouts: { connectMs: number; answerMs: number }): ExactAgent {
  const agent = new Agent({
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.answerMs,
    // A stream may be silent for long (a log that is being followed); TCP keep-alive finds the dead ones.
    bodyTimeout: 0,
    connections: 256,
  });
  return {
    request(options, callback) {
      const { [rawTarget]: asked, ...headers } = options.headers as Record<string, string> & {
        [rawTarget]?: RawTarget;
      };
      if (!asked) return callback(new Error('a request without its rawTarget'), undefined as never);
      agent.request({ ...options, headers, path: asked.path, signal: asked.signal }, callback);
    },
    destroy() {
      void agent.destroy();
    },
  };
}
