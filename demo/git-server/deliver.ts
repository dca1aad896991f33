import { createHmac, randomUUID } from 'node:crypto';
import type { Webhook } from './payloads.ts';

/** What became of one delivery; `at` is `performance.now()` when the answer (or the failure) came. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly ref: string;
  readonly at: number;
  readonly outcome: { readonly status: number } | { readonly lost: string };
}

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

/** GitHub gives a receiver ten seconds and does not try again by itself: neither do we. */
const PATIENCE_MS = 10_000;

/** Signs a webhook as GitHub does and delivers it once; never throws: a lost delivery is an outcome. */
export async function deliver(webhook: Webhook, { url, secret }: WebhookTarget): Promise<Delivery> {
  const id = randomUUID();
  const body = Buffer.from(JSON.stringify(webhook.payload));
  const outcome = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/demo',
      'x-github-event': webhook.event,
      'x-github-delivery': id,
      'x-github-hook-id': '1',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return { status: response.status };
    },
    (error: unknown) => ({ lost: describe(error) }),
  );
  return { id, event: webhook.event, ref: webhook.ref, at: performance.now(), outcome };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
