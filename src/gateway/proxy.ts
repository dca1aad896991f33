import httpProxy from '@fastify/http-proxy';
import type { FastifyHttpProxyOptions } from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { answerHeaders } from './answer-headers.ts';
import { answerWaiting } from './answers.ts';
import type { GatewayOptions } from './api.ts';
import { createExactAgent, rawTarget } from './exact-agent.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** Passes requests and WebSockets on to `request.destination`, bodies in both directions as they come. */
export function registerProxy(app: FastifyInstance, { log, ...options }: GatewayOptions): void {
  // Fastify would read text and JSON whole, and only up to a limit.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  const agent = createExactAgent({
    connectMs: options.connectTimeoutMs ?? 3_000,
    answerMs: options.answerTimeoutMs ?? 120_000,
  });
  const wsClientOptions = {
    handshakeTimeout: options.connectTimeoutMs ?? 3_000,
    perMessageDeflate: false,
    rewriteRequestHeaders: (_defaults: object, { rawTarget }: FastifyRequest) => ({ ...rawTarget?.headers }),
  };

  void app.register(httpProxy, {
    upstream: '',
    websocket: true,
    proxyPayloads: false,
    internalRewriteLocationHeader: false,
    disableRequestLogging: true,
    // The library's types are those of an older undici; it calls nothing but `request` and `destroy`.
    undici: agent as unknown as FastifyHttpProxyOptions['undici'],
    destroyAgent: true,
    wsClientOptions,
    replyOptions: {
      getUpstream: (request) => (request as FastifyRequest).upstream ?? '',
      rewriteRequestHeaders: (request) => headersOf(request as FastifyRequest),
      rewriteHeaders: (headers, request) =>
        answerHeaders(
          headers as IncomingHttpHeaders,
          (request as FastifyRequest | undefined)?.destination?.prefix ?? '',
          options.cookies,
        ),
      onResponse: (_request, reply, response) => {
        // `stream` is what the library answers with; its types say the whole response is.
        void (reply as FastifyReply).send(response.stream);
        // The head goes out at once, not with the first byte of a body that may be minutes away.
        (reply as FastifyReply).raw.flushHeaders();
      },
      retryDelay: ({ err, req, attempt }) => (mayRetry(err, req.method) && attempt === 0 ? 10 : null),
      onError: (to, { error }) => {
        const reply = to as FastifyReply;
        const { request } = reply;
        const destination = request.destination;
        if (!destination || request.rawTarget?.signal.aborted) return void reply.raw.destroy();
        const failure = upstreamFailure(error);
        const { repository, branch } = destination;
        log.info(
          { repository, branch, upstream: request.upstream, cause: failure.cause },
          'gateway: Airflow does not answer',
        );
        void answerWaiting(request, reply, { ...destination, ...failure }, failure.status);
      },
    },
  });
}

/** A GET or HEAD has no body: if it came with one, that is not passed on. */
function headersOf(request: FastifyRequest) {
  const { 'content-length': length, ...headers } = request.rawTarget?.headers ?? {};
  const hasBody = request.body !== undefined && request.body !== null;
  return {
    ...headers,
    ...(hasBody && length && { 'content-length': length }),
    [rawTarget]: request.rawTarget,
  };
}

/** A connection that was kept open may have been closed by the other side in this very moment. */
const mayRetry = (error: Error | null, method: string) =>
  ['GET', 'HEAD'].includes(method) &&
  ['UND_ERR_SOCKET', 'ECONNRESET'].includes((error as { code?: string } | null)?.code ?? '');
