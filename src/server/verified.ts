import { readBody } from './read-body.ts';
import { refusal } from './refusal.ts';
import type { IncomingMessage } from 'node:http';
import type { Proof } from '../forges/api.ts';
import type { BodyPool } from './body-pool.ts';
import type { InTime } from './deadline.ts';
import type { WebhookEndpoint } from './webhook-endpoints.ts';

export interface Arriving {
  request: IncomingMessage;
  proof: Proof;
  endpoint: WebhookEndpoint;
  pool: BodyPool;
  inTime: InTime;
}

/**
 * Reads a body, and hands it to `use` once it is known that it was sent with a key of this endpoint; else a Refusal. Its bytes are the pool's until
 * `use` is done with them.
 */
export async function verified<T>(arriving: Arriving, use: (body: Buffer) => T): Promise<T> {
  const { request, proof, pool } = arriving;
  const place = pool.enter(request.socket.remoteAddress);
  try {
    const check = proof.begin(await keysOf(arriving, false));
    const chunks = await readBody(request, place, (chunk) => check.update(chunk));
    const key = check.key() ?? (await rotated(arriving, chunks));
    if (place.signal.aborted) throw refusal('no room');
    const body = Buffer.concat(chunks);
    chunks.length = 0;
    if (!key || !(await proof.confirms(body, key))) throw refusal('signature mismatch');
    return use(body);
  } finally {
    place.leave();
  }
}

/** A key that was rotated a moment ago may not be in the cache yet: only then the Secret is read again. */
async function rotated(arriving: Arriving, chunks: readonly Buffer[]): Promise<string | undefined> {
  const check = arriving.proof.begin(await keysOf(arriving, true));
  for (const chunk of chunks) check.update(chunk);
  return check.key();
}

const keysOf = ({ endpoint, inTime }: Arriving, fresh: boolean) =>
  inTime(endpoint.keys(fresh)).catch((cause: unknown) => {
    throw refusal('the key cannot be read', cause);
  });
