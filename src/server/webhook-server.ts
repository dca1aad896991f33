import Fastify, { LogController } from 'fastify';
import { deliveryRoute } from './delivery-route.ts';
import { Refusal } from './refusal.ts';
import { syncedRoute } from './synced-route.ts';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { WebhookServerOptions } from './api.ts';

/** What the internet may reach: deliveries, and git-sync's word from inside the previews. Metrics live on a port of their own. */
export function createWebhookServer(options: WebhookServerOptions): FastifyInstance {
  const quiet: FastifyBaseLogger = options.log.child({}, { level: 'warn' });
  const app = Fastify({
    loggerInstance: quiet,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 10_000,
    connectionTimeout: 15_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 253 },
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
  });
  app.setErrorHandler((error: Failure, request, reply) => {
    if (error instanceof Refusal)
      return reply.headers(error.headers).code(error.statusCode).send({ error: error.message });
    const status = error.statusCode ?? (isClusterTrouble(error.code) ? 503 : 500);
    // The route, not the address: the latter may hold a preview's token.
    if (status >= 500)
      options.log.error({ err: error, route: request.routeOptions.url }, 'webhook server: failed');
    const message =
      status < 500
        ? error.message
        : 'Not accepted; please redeliver. Offshoot also lists all branches periodically.';
    return reply.code(status).send({ error: message });
  });
  // Fastify would read what is sent to no route of ours, too, and parse it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.setNotFoundHandler((_request, reply) =>
    reply.header('connection', 'close').code(404).send({ error: 'Not found.' }),
  );
  void app.register(deliveryRoute, options);
  void app.register(syncedRoute, options);
  return app;
}

type Failure = Error & { statusCode?: number; code?: string };

const isClusterTrouble = (code: string | undefined) =>
  code !== undefined && ['Unavailable', 'Unreachable', 'Timeout', 'TooManyRequests'].includes(code);
