import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebhookServerOptions } from './api.ts';

interface Params {
  namespace: string;
  preview: string;
  token: string;
}

/**
 * `POST /synced/<namespace>/<preview>/<token>`: git-sync's `--webhook-url`, called after every sync with the commit in the header
 * `Gitsync-Hash` (git-sync v4). The token is the preview's own; what it tells is shown and decides nothing. No body belongs to it, so none
 * is read: whoever sends one all the same loses the connection.
 */
export async function syncedRoute(
  app: FastifyInstance,
  { synced, log }: WebhookServerOptions,
): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.addHook('onRequest', async (request, reply) => {
    if (hasBody(request)) void reply.header('connection', 'close');
  });
  app.post<{ Params: Params }>('/synced/:namespace/:preview/:token', async (request, reply) => {
    const { namespace, preview, token } = request.params;
    const hash = request.headers['gitsync-hash'];
    if (typeof hash !== 'string' || !/^[0-9a-f]{40,64}$/.test(hash))
      return reply.code(400).send({ error: 'The header Gitsync-Hash is missing or invalid.' });
    const noted = await synced({ namespace, name: preview }, token, hash);
    if (noted === 'not this preview') return reply.code(401).send({ error: 'Not this preview.' });
    if (noted === 'too soon')
      return reply.code(429).header('retry-after', 1).send({ error: 'At most one commit a second.' });
    if (noted === 'noted') log.info({ preview, commit: hash }, 'branch synced');
    return { synced: hash };
  });
}

const hasBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
