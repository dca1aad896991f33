import { keyOf, keyText } from '../model/object.ts';
import { appDoor, repositoryDoor } from './doors.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Delivery } from '../forges/api.ts';
import type { WebhookServerOptions } from './api.ts';
import type { Door } from './doors.ts';

/** As `X-Hub-Signature-256` looks; anything else is refused before a byte of the body is read. */
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** Code hosts hang up after ten seconds; an answer that comes later is a lost one. */
const ANSWER_WITHIN_MS = 8_000;

interface Came {
  branch?: string;
  result: string;
  /** Whom the delivery concerned. */
  repository?: string;
  /** The result in a word, for the metrics: no place for strangers' text. */
  outcome: string;
}

/**
 * Deliveries are verified over their raw bytes, which are parsed only afterwards. 202 means that the mark is in the Kubernetes API, or
 * that nobody is concerned. 401 never says which part was wrong.
 */
export async function deliveryRoute(app: FastifyInstance, options: WebhookServerOptions): Promise<void> {
  const { log, seen, reader, intake } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  route('/webhooks/github/:namespace/:repository', (request) => repositoryDoor(options, request));
  route('/webhooks/github', () => appDoor(options));

  function route(path: string, find: (request: FastifyRequest) => Door | undefined) {
    app.post(path, {
      onRequest: async (request, reply) => {
        const signed = SIGNATURE.test(header(request, 'x-hub-signature-256'));
        if (signed && find(request)) return;
        const why = signed ? 'nobody has a key for this address' : 'no signature';
        seen('unknown', 'refused');
        log.warn(
          { ...(request.params as object), delivery: header(request, 'x-github-delivery'), why },
          'delivery refused',
        );
        // The body is not read: the connection ends with the answer.
        return reply.header('connection', 'close').code(401).send({ error: 'The signature does not fit.' });
      },
      handler: async (request, reply) => {
        const { code, said } = await inTime(take(find(request), request));
        return reply.code(code).send(said);
      },
    });
  }

  async function take(
    door: Door | undefined,
    request: FastifyRequest,
  ): Promise<{ code: number; said: object }> {
    const event = header(request, 'x-github-event') || 'none';
    const id = header(request, 'x-github-delivery');
    const about = { repository: door?.name, delivery: id, event };
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!door || !(await verified(door, body, header(request, 'x-hub-signature-256')))) {
      seen('unknown', 'refused');
      log.warn({ ...about, why: 'the signature does not fit' }, 'delivery refused');
      return { code: 401, said: { error: 'The signature does not fit.' } };
    }
    const delivery = reader.read(event, body);
    const { outcome, repository = door.name, ...said } = await act(door, delivery, id);
    seen(delivery.kind === 'ignored' ? 'ignored' : event, outcome);
    const hint = delivery.kind === 'branch' && { expectedHead: delivery.expectedHead };
    log.info({ ...about, repository, ...hint, ...said }, 'delivery received');
    return { code: 202, said };
  }

  async function act(door: Door, delivery: Delivery, id: string): Promise<Came> {
    if (delivery.kind === 'ping') return { result: 'pong', outcome: 'ping' };
    if (delivery.kind === 'ignored') return { result: delivery.why, outcome: 'ignored' };
    const named = delivery.kind === 'branch' ? [delivery.repository] : delivery.repositories;
    const concerned = [
      ...new Set((named.length ? named : [undefined]).flatMap((one) => door.concerned(one))),
    ];
    const branch = delivery.kind === 'branch' && { branch: delivery.branch };
    if (concerned.length === 0) {
      const whose = named.map((one) => (one ? `${one.name} (${one.id})` : 'no repository')).slice(0, 5);
      return { ...branch, result: `about ${whose.join(', ')}: none of ours`, outcome: 'none of ours' };
    }
    const results = await Promise.all(
      concerned.map(async (repository) => {
        if (delivery.kind === 'branch') return intake.mark(repository, delivery, id);
        await intake.check(repository, id);
        return 'check requested' as const;
      }),
    );
    const result = [...new Set(results)].sort().join(', ');
    const repository = concerned.map((one) => keyText(keyOf(one))).join(', ');
    return { ...branch, result, repository, outcome: outcomeOf(results[0] ?? '') };
  }

  /** A key that was rotated a moment ago may not be in the cache yet: only then the Secret is read again. */
  async function verified(door: Door, body: Buffer, signature: string) {
    if (await reader.verify(body, signature, await door.keys(false))) return true;
    return reader.verify(body, signature, await door.keys(true));
  }
}

/** What was refused, and why, is the server's own text. */
const outcomeOf = (result: string) => (result.startsWith('refused: ') ? 'branch refused' : result);

/** Whoever waits longer is told to deliver it again. What was begun goes on: a mark that is left twice is one mark. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = Object.assign(new Error('The Kubernetes API did not answer in time.'), { statusCode: 503 });
    timer = setTimeout(() => reject(error), ANSWER_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value.slice(0, 200) : '';
}
