import { keyOf, keyText } from '../model/object.ts';
import { createBodyPool } from './body-pool.ts';
import { deadline } from './deadline.ts';
import { appDoor, repositoryDoor } from './doors.ts';
import { Refusal, refusal } from './refusal.ts';
import { createRefusals } from './refusals.ts';
import { verified } from './verified.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Delivery } from '../forges/api.ts';
import type { WebhookServerOptions } from './api.ts';
import type { Door } from './doors.ts';

/** Code hosts hang up after ten seconds; an answer that comes later is a lost one. */
const ANSWER_WITHIN_MS = 8_000;

/** Room for the largest delivery there is, and a few thousand usual ones beside it. */
const UNVERIFIED = { bytes: 32 * 1024 * 1024, bodies: 256 };

interface Came {
  branch?: string;
  result: string;
  /** Whom the delivery concerned. */
  repository?: string;
  /** The result in a word, for the metrics: no place for strangers' text. */
  outcome: string;
}

/**
 * Deliveries are verified over their raw bytes while these arrive, and parsed only afterwards. 202 means that the mark is in the
 * Kubernetes API, or that nobody is concerned. 401 never says which part was wrong.
 */
export async function deliveryRoute(app: FastifyInstance, options: WebhookServerOptions): Promise<void> {
  const { log, seen, reader, intake } = options;
  const pool = createBodyPool(UNVERIFIED);
  const refusals = createRefusals(options);
  app.addHook('onClose', async () => refusals.close());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  route('/webhooks/github/:namespace/:repository', (request) => repositoryDoor(options, request));
  route('/webhooks/github', () => appDoor(options));

  function route(path: string, find: (request: FastifyRequest) => Door | undefined) {
    // Before anything else: what is refused here is not even asked for its content type.
    app.post(path, { onRequest: async (request) => void knock(find(request), request) }, (request, reply) =>
      take(find(request), request).then((said) => reply.code(202).send(said)),
    );
  }

  function knock(door: Door | undefined, { headers }: FastifyRequest) {
    const signature = reader.signature(headers);
    const name = door?.name ?? 'no DagRepository';
    if (!signature) throw noted(name, refusal('no signature'));
    if (!door) throw noted(name, refusal('nobody has a key for this address'));
    return { door, signature };
  }

  async function take(found: Door | undefined, request: FastifyRequest): Promise<object> {
    const inTime = deadline(ANSWER_WITHIN_MS);
    const { door, signature } = knock(found, request);
    const { event, id } = reader.about(request.headers);
    const arriving = { request: request.raw, signature, door, pool, inTime };
    const delivery = await verified(arriving, (body) => reader.read(event, body)).catch((error: unknown) => {
      throw error instanceof Refusal ? noted(door.name, error) : error;
    });
    const { outcome, repository = door.name, ...said } = await inTime(act(door, delivery, id));
    seen(delivery.kind === 'ignored' ? 'ignored' : event, outcome);
    const hint = delivery.kind === 'branch' && { expectedHead: delivery.expectedHead };
    log.info({ repository, delivery: id, event, ...hint, ...said }, 'delivery received');
    return said;
  }

  function noted(door: string, error: Refusal): Refusal {
    refusals.note(door, error);
    return error;
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
}

/** What was refused, and why, is the server's own text. */
const outcomeOf = (result: string) => (result.startsWith('refused: ') ? 'branch refused' : result);
