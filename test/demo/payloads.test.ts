import examples from '@octokit/webhooks-examples';
import type { WebhookDefinition } from '@octokit/webhooks-examples';
import { expect, test } from 'vitest';
import { webhooksFor } from '../../demo/git-server/payloads.ts';
import type { PushedCommit } from '../../demo/git-server/pushed-commits.ts';

const [ZERO, OLD, NEW] = ['0'.repeat(40), 'a'.repeat(40), 'b'.repeat(40)];
const ref = 'refs/heads/feature/hardy';
const origin = {
  owner: 'acme',
  name: 'dags',
  repositoryId: 4711,
  cloneUrl: 'http://127.0.0.1/dags.git',
  pusher: 'dana',
};
const commit: PushedCommit = {
  id: NEW,
  tree_id: OLD,
  message: 'Say hello',
  timestamp: '2026-11-20T10:00:00+01:00',
  author: { name: 'Dana', email: 'dana@example.com' },
  added: ['dags/hello.py'],
  removed: [],
  modified: [],
};

test.each([
  ['of a new branch', { before: ZERO, after: NEW, ref }, [commit], ['create', 'push']],
  ['of a further commit', { before: OLD, after: NEW, ref }, [commit], ['push']],
  ['of a deletion', { before: OLD, after: ZERO, ref }, [], ['delete', 'push']],
])('every field %s is one that GitHub sends, of the same kind', (_what, update, commits, events) => {
  const webhooks = webhooksFor(update, commits, origin);
  expect(webhooks.map(({ event }) => event)).toEqual(events);
  for (const { event, payload } of webhooks) {
    const real =
      (examples as unknown as WebhookDefinition[]).find(({ name }) => name === event)?.examples ?? [];
    expect(strangersIn(payload, real, event)).toEqual([]);
  }
});

test('a ref that is neither branch nor tag is told to nobody', () => {
  expect(webhooksFor({ before: ZERO, after: NEW, ref: 'refs/notes/commits' }, [], origin)).toEqual([]);
});

/** Paths of fields which none of the real payloads has with a value of the same kind. */
function strangersIn(ours: object, real: readonly unknown[], at: string): string[] {
  return Object.entries(ours).flatMap(([name, value]: [string, unknown]) => {
    const theirs = real
      .filter((one) => typeof one === 'object' && one !== null && name in one)
      .map((one) => (one as Record<string, unknown>)[name]);
    const path = `${at}.${name}`;
    if (!theirs.some((one) => kind(one) === kind(value))) return [path];
    if (Array.isArray(value)) {
      const items = theirs.flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []));
      return value.flatMap((item: unknown) =>
        kind(item) === 'object' && items.length > 0 ? strangersIn(item as object, items, path) : [],
      );
    }
    return kind(value) === 'object' ? strangersIn(value as object, theirs, path) : [];
  });
}

function kind(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
