import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import { listen } from '../../demo/listen.ts';

export interface ReceivedWebhook {
  readonly event: string;
  readonly delivery: string;
  readonly signature: string;
  readonly body: string;
  readonly payload: Record<string, unknown>;
}

export interface WebhookReceiver {
  readonly url: string;
  /** Resolves once so many have come, all of them. */
  received(count: number): Promise<readonly ReceivedWebhook[]>;
  readonly stop: () => Promise<void>;
}

/** A real HTTP server that takes webhooks and keeps them, answering 202. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const all: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((raw) => {
      const header = (name: string): string => String(request.headers[name] ?? '');
      all.push({
        event: header('x-github-event'),
        delivery: header('x-github-delivery'),
        signature: header('x-hub-signature-256'),
        body: raw.toString('utf8'),
        payload: JSON.parse(raw.toString('utf8')) as Record<string, unknown>,
      });
      response.writeHead(202).end();
    });
  });
  const { url, stop } = await listen(server, '127.0.0.1', 0);
  onTestFinished(stop);
  return {
    url: `${url}/webhooks/github/offshoot/dags`,
    received: async (count) => {
      await vi.waitFor(
        () => {
          if (all.length < count) throw new Error(`${all.length} webhooks came, ${count} were expected`);
        },
        { timeout: 10_000, interval: 20 },
      );
      return all;
    },
    stop,
  };
}
