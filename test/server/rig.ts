import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createForges } from '../../src/forges/all.ts';
import { createWebhookServer } from '../../src/server/webhook-server.ts';
import { aDagRepository } from '../support/builders.ts';
import { signature } from '../support/signature.ts';
import type { WebhookServerOptions } from '../../src/server/api.ts';

export const KEY = 'correct horse';
export const PATH = '/webhooks/github/offshoot/dags';

/** The real webhook server over a DagRepository `offshoot/dags`; what came of deliveries is kept. */
export function aServer(parts: Partial<WebhookServerOptions> = {}) {
  const marks: { branch: string; expectedHead: string | undefined }[] = [];
  const checks: string[] = [];
  const synced: { name: string; token: string; hash: string }[] = [];
  const lines: string[] = [];
  const counted: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const app = createWebhookServer({
    forges: createForges({}),
    repository: ({ namespace, name }) =>
      namespace === 'offshoot' && name === 'dags' ? aDagRepository() : undefined,
    repositories: () => [],
    webhookKeys: async () => [KEY],
    intake: {
      async mark(_repository, { branch, expectedHead }) {
        marks.push({ branch, expectedHead });
        return 'created';
      },
      async check({ metadata }) {
        checks.push(metadata.name);
      },
    },
    async synced({ name }, token, hash) {
      synced.push({ name, token, hash });
      return token === 'right' ? 'noted' : 'not this preview';
    },
    log,
    seen: (event, outcome) => void counted.push(`${event} ${outcome}`),
    ...parts,
  });
  onTestFinished(() => app.close());
  return { app, marks, checks, synced, lines, counted };
}

/** A delivery as GitHub sends it. */
export const aDelivery = (event: string, body: Buffer | string, headers: Record<string, string> = {}) => ({
  method: 'POST' as const,
  url: PATH,
  payload: body,
  headers: {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': signature(body, KEY),
    ...headers,
  },
});
