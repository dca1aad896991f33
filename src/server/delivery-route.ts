import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DagRepository } from '../model/dag-repository.ts';
import type { WebhookServerOptions } from './api.ts';

interface Params {
  namespace: string;
  repository: string;
}

/** As `X-Hub-Signature-256` looks; anything else is refused before a byte of the body is read. */
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** Code hosts hang up after ten seconds; an answer that comes later is a lost one. */
const ANSWER_WITHIN_MS = 8_000;

/**
 * `POST /webhooks/github/<namespace>/<repository>`: signed with that repository's key, over the raw bytes, which are parsed only
 * afterwards. 202 means that the mark is in the Kubernetes API. 401 never says which part was wrong.
 */
export async function deliveryRoute(app: FastifyInstance, options: WebhookServerOptions): Promise<void> {
  const { log, seen, reader, intake } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const find = (request: FastifyRequest): DagRepository | undefined => {
    const { namespace, repository } = request.params as Params;
    return options.repository({ namespace, name: repository });
  };

  app.post('/webhooks/github/:namespace/:repository', {
    onRequest: async (request, reply) => {
      const signed = SIGNATURE.test(header(request, 'x-hub-signature-256'));
      if (signed && find(request)) return;
      seen('unknown', 'refused');
      log.warn(
        {
          ...(request.params as Params),
          delivery: header(request, 'x-github-delivery'),
          why: signed ? 'no such DagRepository' : 'no signature',
        },
        'delivery refused',
      );
      // The body is not read: the connection ends with the answer.
      return reply.header('connection', 'close').code(401).send({ error: 'The signature does not fit.' });
    },
    handler: async (request, reply) => {
      const { code, said } = await inTime(take(request));
      return reply.code(code).send(said);
    },
  });

  async function take(request: FastifyRequest): Promise<{ code: number; said: object }> {
    const repository = find(request);
    const event = header(request, 'x-github-event') || 'none';
    const about = {
      repository: `${repository?.metadata.namespace}/${repository?.metadata.name}`,
      delivery: header(request, 'x-github-delivery'),
      event,
    };
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = header(request, 'x-hub-signature-256');
    if (!repository || !(await verified(options, repository, body, signature))) {
      seen('unknown', 'refused');
      log.warn({ ...about, why: 'the signature does not fit' }, 'delivery refused');
      return { code: 401, said: { error: 'The signature does not fit.' } };
    }
    const delivery = reader.read(event, body);
    if (delivery.kind === 'branch') {
      const result = await intake.mark(repository, delivery, about.delivery);
      seen(event, result);
      log.info(
        { ...about, branch: delivery.branch, expectedHead: delivery.expectedHead, result },
        'delivery received',
      );
      return { code: 202, said: { branch: delivery.branch, result } };
    }
    const result = delivery.kind === 'ping' ? 'pong' : delivery.why;
    seen(delivery.kind === 'ping' ? 'ping' : 'ignored', delivery.kind);
    log.info({ ...about, result }, 'delivery received');
    return { code: 202, said: { result } };
  }
}

/** Whoever waits longer is told to deliver it again. What was begun goes on: a mark that is left twice is one mark. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = Object.assign(new Error('The Kubernetes API did not answer in time.'), { statusCode: 503 });
    timer = setTimeout(() => reject(error), ANSWER_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** A key that was rotated a moment ago may not be in the cache yet: only then the Secret is read again. */
async function verified(
  { reader, webhookKeys }: WebhookServerOptions,
  repository: DagRepository,
  body: Buffer,
  signature: string,
) {
  if (await reader.verify(body, signature, await webhookKeys(repository, false))) return true;
  return reader.verify(body, signature, await webhookKeys(repository, true));
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value.slice(0, 200) : '';
}
