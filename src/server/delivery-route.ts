import { keyOf, keyText } from '../model/object.ts';
import { createBodyPool } from './body-pool.ts';
import { deadline } from './deadline.ts';
import { Refusal, refusal } from './refusal.ts';
import { createRefusals } from './refusals.ts';
import { verified } from './verified.ts';
import { webhookEndpoints } from './webhook-endpoints.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Delivery, Proof, Webhooks } from '../forges/api.ts';
import type { Key } from '../model/object.ts';
import type { WebhookServerOptions } from './api.ts';
import type { WebhookEndpoint } from './webhook-endpoints.ts';

/** Code hosts hang up after ten seconds; an answer that comes later is a lost one. */
const ANSWER_WITHIN_MS = 8_000;

/** Room for the largest delivery there is, and a few thousand usual ones beside it. */
const UNVERIFIED = { bytes: 32 * 1024 * 1024, bodies: 256 };

const ANNOUNCED = 'announced';

interface Came {
  branch?: string;
  result: string;
  /** Whom the delivery concerned. */
  repository?: string;
  /** The result in a word, for the metrics: no place for strangers' text. */
  outcome: string;
}

type Readable = Exclude<Delivery, { kind: 'unreadable' }>;

/** What is known of a delivery before its body is read. */
interface Announced {
  endpoint: WebhookEndpoint;
  proof: Proof;
}

/**
 * Deliveries are verified over their raw bytes while these arrive, and parsed only afterwards. 202 means that the mark is in the
 * Kubernetes API, or that nobody is concerned; 400, that a body that was verified cannot be read. 401 never says which part was wrong.
 */
export async function deliveryRoute(app: FastifyInstance, options: WebhookServerOptions): Promise<void> {
  const { log, seen, intake } = options;
  const pool = createBodyPool(UNVERIFIED);
  const refusals = createRefusals(options);
  app.addHook('onClose', async () => refusals.close());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.decorateRequest(ANNOUNCED);

  for (const forge of options.forges) {
    const { webhooks } = forge;
    if (!webhooks) continue;
    const { shared } = webhooks;
    const endpoints = webhookEndpoints(forge, webhooks, options);
    const path = `/webhooks/${forge.name}`;
    route(`${path}/:namespace/:name`, webhooks, (request) => endpoints.ofRepository(request.params as Key));
    if (shared) route(path, webhooks, () => endpoints.shared(shared));
  }

  function route(
    path: string,
    webhooks: Webhooks,
    find: (request: FastifyRequest) => WebhookEndpoint | undefined,
  ) {
    app.post(
      path,
      {
        // Before anything else: what is refused here is not even asked for its content type.
        async onRequest(request) {
          request.setDecorator<Announced>(ANNOUNCED, announced(webhooks, find(request), request));
        },
      },
      (request, reply) => take(webhooks, request).then(({ code, said }) => reply.code(code).send(said)),
    );
  }

  function announced(
    webhooks: Webhooks,
    endpoint: WebhookEndpoint | undefined,
    { headers }: FastifyRequest,
  ): Announced {
    const proof = webhooks.proof(headers);
    const name = endpoint?.name ?? 'no DagRepository';
    if (!proof) throw noted(name, refusal('no signature'));
    if (!endpoint) throw noted(name, refusal('no webhook secret configured'));
    return { endpoint, proof };
  }

  async function take(webhooks: Webhooks, request: FastifyRequest): Promise<{ code: number; said: object }> {
    const inTime = deadline(ANSWER_WITHIN_MS);
    const { endpoint, proof } = request.getDecorator<Announced>(ANNOUNCED);
    const { event, id } = webhooks.about(request.headers);
    const arriving = { request: request.raw, proof, endpoint, pool, inTime };
    const delivery = await verified(arriving, (body) => webhooks.read(event, body)).catch(
      (error: unknown) => {
        throw error instanceof Refusal ? noted(endpoint.name, error) : error;
      },
    );
    if (delivery.kind === 'unreadable') {
      seen(delivery.kind, 'refused');
      log.warn(
        { repository: endpoint.name, delivery: id, event, why: delivery.why },
        'delivery not readable',
      );
      return { code: 400, said: { error: delivery.why } };
    }
    const { outcome, repository = endpoint.name, ...said } = await inTime(act(endpoint, delivery, id));
    seen(delivery.kind === 'ignored' ? 'ignored' : event, outcome);
    const hint = delivery.kind === 'branch' && { expectedHead: delivery.expectedHead };
    log.info({ repository, delivery: id, event, ...hint, ...said }, 'delivery received');
    return { code: 202, said };
  }

  function noted(endpoint: string, error: Refusal): Refusal {
    refusals.note(endpoint, error);
    return error;
  }

  async function act(endpoint: WebhookEndpoint, delivery: Readable, id: string): Promise<Came> {
    if (delivery.kind === 'ping') return { result: 'pong', outcome: 'ping' };
    if (delivery.kind === 'ignored') return { result: delivery.why, outcome: 'ignored' };
    const named = delivery.kind === 'branch' ? [delivery.repository] : delivery.repositories;
    const concerned = [
      ...new Set((named.length ? named : [undefined]).flatMap((one) => endpoint.concerned(one))),
    ];
    const branch = delivery.kind === 'branch' && { branch: delivery.branch };
    if (concerned.length === 0) {
      const whose = named.map((one) => (one ? `${one.name} (${one.id})` : 'no repository')).slice(0, 5);
      const why =
        endpoint.only === undefined
          ? 'no DagRepository follows it'
          : `this address is for ${endpoint.only} alone`;
      return {
        ...branch,
        result: `about ${whose.join(', ')}: ${why}`,
        outcome: 'not followed',
      };
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
