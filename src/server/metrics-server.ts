import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

export interface MetricsServerOptions {
  metrics(): Promise<{ contentType: string; text: string }>;
  /** Why Offshoot is not ready, or undefined. */
  notReady(): string | undefined;
  log: Logger;
}

/** For the platform only: `/metrics`, `/healthz` (the process answers) and `/readyz` (the caches are filled). */
export function createMetricsServer({ metrics, notReady, log }: MetricsServerOptions): FastifyInstance {
  const quiet: FastifyBaseLogger = log.child({}, { level: 'warn' });
  const app = Fastify({
    loggerInstance: quiet,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    requestTimeout: 10_000,
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
  });
  // Nothing that is sent to it is read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.setNotFoundHandler((_request, reply) => reply.header('connection', 'close').code(404).send());
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metrics();
    return reply.type(contentType).send(text);
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const why = notReady();
    return reply.code(why ? 503 : 200).send({ status: why ?? 'ok' });
  });
  return app;
}
