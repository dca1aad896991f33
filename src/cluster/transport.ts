import { type Dispatcher, request } from 'undici';
import type { CredentialSource, Credentials } from './credentials.ts';
import type { Dispatchers } from './dispatchers.ts';
import { ClusterError } from './errors.ts';
import { breakdown, refusal } from './failure.ts';

export interface Call {
  /** Kubernetes' verb, for metrics: get, list, watch, create, apply, patch, delete, deletecollection. */
  verb: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query, already encoded. */
  path: string;
  /** The kind's plural, for metrics and messages. */
  resource: string;
  namespace?: string;
  name?: string;
  accept?: string;
  contentType?: string;
  body?: unknown;
  signal?: AbortSignal;
}

export interface RequestSeen {
  verb: string;
  /** The plural, e.g. `pods`. */
  kind: string;
  /** The HTTP status as text, or a ClusterErrorCode if there was none. */
  code: string;
  seconds: number;
}

export interface Transport {
  /** Sends once and returns text; every failure is a ClusterError. */
  send(call: Call, timeoutMs: number): Promise<string>;
  /** Resolves once a 200's headers are there; ends with `signal`. */
  stream(call: Call & { signal: AbortSignal }): Promise<AsyncIterable<Buffer>>;
}

export interface TransportOptions {
  server: string;
  credentials: CredentialSource;
  dispatchers: Dispatchers;
  onRequest?: (seen: RequestSeen) => void;
}

/** Far above any list page of 500 objects, far below what would hurt. */
const maxBodyBytes = 256 * 1024 * 1024;

/** One request is one request here: retries are `patience.ts`. Only a 401 is repeated, once, with fresh credentials. */
export function createTransport(options: TransportOptions): Transport {
  const base = options.server.replace(/\/+$/, '');

  async function open(call: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const used = await options.credentials.current();
    const response = await attempt(call, signal, used);
    if (response.statusCode !== 401) return response;
    const renewed = await options.credentials.renewed();
    if (renewed === used) return response;
    await discard(response);
    return attempt(call, signal, renewed);
  }

  async function attempt(
    call: Call,
    signal: AbortSignal,
    credentials: Credentials,
  ): Promise<Dispatcher.ResponseData> {
    const started = performance.now();
    let code = 'Unreachable';
    try {
      const response = await request(base + call.path, {
        dispatcher: options.dispatchers.for(credentials),
        method: call.method,
        headers: {
          'user-agent': 'offshoot',
          accept: call.accept ?? 'application/json',
          ...(call.body !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
          ...credentials.headers,
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        signal,
        // Our own deadline covers connection, headers and body together.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      code = String(response.statusCode);
      return response;
    } catch (error) {
      if (signal.aborted) code = signal.reason instanceof ClusterError ? signal.reason.code : 'Aborted';
      throw error;
    } finally {
      const seconds = (performance.now() - started) / 1000;
      options.onRequest?.({ verb: call.verb, kind: call.resource, code, seconds });
    }
  }

  return {
    send: (call, timeoutMs) =>
      withDeadline(call, timeoutMs, async (signal) => {
        const response = await open(call, signal);
        const text = await readAll(call, response);
        if (response.statusCode >= 200 && response.statusCode < 300) return text;
        throw refused(call, response, text);
      }),
    async stream(call) {
      try {
        const response = await open(call, call.signal);
        if (response.statusCode === 200) return response.body;
        throw refused(call, response, await readAll(call, response));
      } catch (error) {
        throw call.signal.aborted ? interruption(call, call.signal, error) : breakdown(what(call), error);
      }
    },
  };
}

/** Runs `act` with a signal that ends at the deadline or with the caller's signal, and leaves no listener behind. */
async function withDeadline<T>(call: Call, ms: number, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(call.signal?.reason);
  const late = new ClusterError('Timeout', `${what(call)}: no complete answer within ${ms / 1000} s`);
  const timer = setTimeout(() => controller.abort(late), Math.max(0, ms));
  call.signal?.addEventListener('abort', giveUp, { once: true });
  if (call.signal?.aborted) giveUp();
  try {
    controller.signal.throwIfAborted();
    return await act(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) throw interruption(call, controller.signal, error);
    throw breakdown(what(call), error);
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', giveUp);
  }
}

function interruption(call: Call, signal: AbortSignal, cause: unknown): ClusterError {
  if (signal.reason instanceof ClusterError) return signal.reason;
  return new ClusterError('Aborted', `${what(call)}: cancelled by the caller`, { cause });
}

function refused(call: Call, response: Dispatcher.ResponseData, text: string): ClusterError {
  const retryAfter = response.headers['retry-after'];
  return refusal(
    what(call),
    response.statusCode,
    text,
    Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    call.name,
  );
}

async function readAll(call: Call, response: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new ClusterError('Internal', `${what(call)}: the answer is too long`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function discard(response: Dispatcher.ResponseData): Promise<void> {
  await response.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
}

export function what(call: Call): string {
  const place = call.namespace ? `${call.namespace}/${call.name ?? ''}` : (call.name ?? '');
  return `${call.method} ${call.resource}${place ? ` ${place.replace(/\/$/, '')}` : ''}`;
}
