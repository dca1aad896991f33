import Fastify from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import {
  answerIndex,
  answerMissing,
  answerProblem,
  answerUnknownHost,
  answerWaiting,
  answerWithSlash,
} from './answers.ts';
import type { Destination, GatewayOptions } from './api.ts';
import { askedOf } from './asked.ts';
import type { RawTarget } from './exact-agent.ts';
import { isWebSocket } from './is-web-socket.ts';
import { match } from './match.ts';
import { ownCredentials } from './own-credentials.ts';
import { registerProxy } from './proxy.ts';
import { requestHeaders } from './request-headers.ts';
import { isForeign } from './same-site.ts';
import { trustedProxies } from './trusted-proxies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    destination: Destination | undefined;
    upstream: string | undefined;
    rawTarget: RawTarget | undefined;
  }
}

/**
 * The server behind every branch's URL: passes `/feature/hardy/…` on to that branch's Airflow, path and all, or says what is
 * happening while there is none. It holds no state: every request asks `served`.
 */
export function createGateway(options: GatewayOptions): FastifyInstance {
  // Fastify's own lines would be one per look of every waiting page; the gateway logs what matters itself.
  const quiet: FastifyBaseLogger = options.log.child({}, { level: 'error' });
  const app = Fastify({
    loggerInstance: quiet,
    forceCloseConnections: true,
    // The router must neither judge nor change a path: `match` does the former, nobody the latter.
    rewriteUrl: (request) => (isWebSocket(request) ? (request.url ?? '/') : '/'),
    http: {
      headersTimeout: 15_000,
      maxHeaderSize: 32 * 1024,
      connectionsCheckingInterval: 5_000,
      // A client may offer other upgrades (curl --http2 does): those are ignored, as HTTP allows.
      shouldUpgradeCallback: isWebSocket,
    },
    frameworkErrors: (_error, _request, reply: FastifyReply) =>
      void answerProblem(reply, 400, 'Bad request', 'The address is malformed; check its percent-encoding.'),
  });

  const trusted = trustedProxies(options.trustedProxies ?? []);
  outliveBrokenSockets(app);
  app.decorateRequest('destination', undefined);
  app.decorateRequest('upstream', undefined);
  app.decorateRequest('rawTarget', undefined);
  app.addHook('onRequest', async (request, reply) => {
    const asked = askedOf(request.raw, trusted);
    if (!asked)
      return answerProblem(
        reply,
        400,
        'Bad request',
        'A request must have exactly one Host header, and it must name a host.',
      );
    const served = options.served(asked.name);
    if (!served) return answerUnknownHost(request, reply);
    const { path, query } = split(request.originalUrl);
    if (path === '/') return answerIndex(reply, served);
    const destination = match(served, path);
    if (!destination) return answerMissing(request, reply);
    const opens = isWebSocket(request.raw);
    const { method, headers } = request;
    if (isForeign({ method, headers, opens }, [asked.host, new URL(destination.origin).host]))
      return answerProblem(reply, 403, 'Refused', 'The request came from a page of another site.');
    // It would stay in the visitor's browser when the branch is gone, and Airflow has none.
    if (headers['service-worker'] !== undefined)
      return answerProblem(reply, 403, 'Refused', 'Previews cannot install service workers.');
    if (path === destination.prefix) return answerWithSlash(reply, path, query);
    const upstream = destination.ready ? options.upstreamOf(destination) : undefined;
    if (!upstream) return answerWaiting(request, reply, destination);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const credentials = await ownCredentials(headers, options.cookies, (token) =>
      options.issued(destination, token),
    );
    request.destination = destination;
    request.upstream = upstream;
    request.rawTarget = {
      path: request.originalUrl,
      headers: requestHeaders(request.raw, destination, { asked, trusted, credentials }),
      signal: gone.signal,
    };
  });
  app.setNotFoundHandler((_request, reply) =>
    answerProblem(reply, 405, 'Method not allowed', 'The gateway does not pass on this method.'),
  );
  app.setErrorHandler((error: { statusCode?: number; message: string }, request: FastifyRequest, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500)
      options.log.error({ err: error, branch: request.destination?.branch }, 'gateway: failed');
    const said = status < 500 ? error.message : 'See Offshoot’s log.';
    return answerProblem(reply, status, status < 500 ? 'Bad request' : 'The gateway failed', said);
  });
  registerProxy(app, options);
  return app;
}

function split(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) };
}

/**
 * Node takes its error listener off a socket that is being upgraded, so one reset there would end the process. And closing
 * waits for upgraded sockets, which `forceCloseConnections` does not know.
 */
function outliveBrokenSockets(app: FastifyInstance) {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of sockets) socket.destroy();
  });
}
