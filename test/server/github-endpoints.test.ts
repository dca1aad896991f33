import { expect, test } from 'vitest';
import { createForges } from '../../src/forges/all.ts';
import { aDagRepository } from '../support/builders.ts';
import { eventOf, payload } from '../support/payloads.ts';
import { signature } from '../support/signature.ts';
import { aDelivery, aServer, KEY } from './rig.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { WebhookServerOptions } from '../../src/server/api.ts';

const APP_KEY = 'the key of the App';
const OWN = '/webhooks/github/offshoot/dags';
const APP = '/webhooks/github';

/** A DagRepository of GitHub; `pinned` is the number that it had at first. */
const ofGithub = (owner: string, name: string, pinned?: number, called = name): DagRepository => ({
  ...aDagRepository({ name: called, git: undefined, github: { owner, name } }),
  ...(pinned !== undefined && { status: { repositoryId: pinned } }),
});

const APP_SECRET = { namespace: 'offshoot', name: 'app-webhook' };

interface Parts extends Partial<WebhookServerOptions> {
  appKeys?: (fresh: boolean) => Promise<string[]>;
}

function world(repositories: DagRepository[], { appKeys = async () => [APP_KEY], ...parts }: Parts = {}) {
  const marked: string[] = [];
  const checked: string[] = [];
  const server = aServer({
    repository: ({ name }) => repositories.find(({ metadata }) => metadata.name === name),
    repositories: () => repositories,
    forges: createForges({ githubWebhookSecret: APP_SECRET }),
    webhookKeys: async (secret, fresh) => (secret === APP_SECRET ? appKeys(fresh) : [KEY]),
    intake: {
      mark: async ({ metadata }, { branch }) => (marked.push(`${metadata.name} ${branch}`), 'created'),
      check: async ({ metadata }) => void checked.push(metadata.name),
    },
    ...parts,
  });
  const send = async (name: string, url: string, key = url === APP ? APP_KEY : KEY) => {
    const body = payload(name);
    const response = await server.app.inject({
      ...aDelivery(eventOf(name), body, { 'x-hub-signature-256': signature(body, key) }),
      url,
    });
    return { status: response.statusCode, ...response.json<{ result?: string }>() };
  };
  return { ...server, marked, checked, send };
}

// The recorded payloads are about acme/dags, which has the number 4711.
test.each<[what: string, repository: DagRepository, concerned: boolean]>([
  ['its number is pinned', ofGithub('acme', 'dags', 4711), true],
  ['its number is pinned, whatever its name was', ofGithub('acme', 'former-name', 4711, 'dags'), true],
  ['its name is the same, as long as no number is known', ofGithub('acme', 'dags'), true],
  ['its name differs in case alone', ofGithub('ACME', 'Dags', undefined, 'dags'), true],
  ['another number is pinned under this name', ofGithub('acme', 'dags', 5), false],
  ['it has another owner', ofGithub('umbrella', 'dags'), false],
  ['it has another name', ofGithub('acme', 'other', undefined, 'dags'), false],
])(
  'a delivery concerns a repository of GitHub, on either route: %s: %s',
  async (_what, repository, concerned) => {
    for (const url of [OWN, APP]) {
      const { send, marked } = world([repository]);
      const came = await send('push-update', url);
      expect(came.status).toBe(202);
      expect(marked).toEqual(concerned ? ['dags feature/hardy'] : []);
      if (!concerned) expect(came.result).toBe('about acme/dags (4711): no DagRepository follows it');
    }
  },
);

const ofGit = (url: string) => aDagRepository({ git: { url } });

test('for any other git host the route decides, and the App’s route never does', async () => {
  const { send, marked } = world([aDagRepository()]);
  expect(await send('push-update', OWN)).toMatchObject({ status: 202, result: 'created' });
  expect(await send('push-update', APP)).toMatchObject({
    result: 'about acme/dags (4711): no DagRepository follows it',
  });
  expect(marked).toEqual(['dags feature/hardy']);
});

test.each(['push-update', 'push-delete', 'create', 'delete'])(
  'B13: … but a %s of a repository that plainly is another leaves nothing, and is told why',
  async (name) => {
    const { send, marked, counted } = world([ofGit('git@github.com:acme/pipelines.git')]);
    expect(await send(name, OWN)).toEqual({
      status: 202,
      branch: 'feature/hardy',
      result: 'about acme/dags (4711): this address is for git@github.com:acme/pipelines.git alone',
    });
    expect(marked).toEqual([]);
    expect(counted).toEqual([`${eventOf(name)} not followed`]);
  },
);

test.each([
  'https://GITHUB.com/Acme/dags',
  'ssh://git@github.com:22/acme/dags.git',
  'https://mirror.example.com/dags',
])('B13: … and one of %s may be its own', async (url) => {
  const { send, marked } = world([ofGit(url)]);
  expect(await send('push-update', OWN)).toMatchObject({ result: 'created' });
  expect(marked).toEqual(['dags feature/hardy']);
});

test('two DagRepositories of one repository are both marked by the App’s route', async () => {
  const { send, marked, lines } = world([
    ofGithub('acme', 'dags', 4711, 'nightly'),
    ofGithub('acme', 'other', 5),
    ofGithub('acme', 'dags', undefined, 'fresh'),
  ]);
  expect(await send('create', APP)).toEqual({ status: 202, branch: 'feature/hardy', result: 'created' });
  expect(marked).toEqual(['nightly feature/hardy', 'fresh feature/hardy']);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    repository: 'offshoot/nightly, offshoot/fresh',
    event: 'create',
  });
});

test('what concerns nobody is 202, and the log says whose it was', async () => {
  const { send, lines, counted } = world([ofGithub('umbrella', 'dags', 5)]);
  expect((await send('push-update', APP)).status).toBe(202);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    repository: 'the GitHub App',
    result: 'about acme/dags (4711): no DagRepository follows it',
  });
  expect(counted).toEqual(['push not followed']);
});

test.each(['repository-renamed', 'installation-deleted', 'installation_repositories-removed'])(
  '%s asks for a look at the repository, and marks no branch',
  async (name) => {
    const { send, marked, checked } = world([
      ofGithub('acme', 'dags', 4711),
      ofGithub('acme', 'other', 5, 'other'),
    ]);
    expect(await send(name, APP)).toEqual({ status: 202, result: 'check requested' });
    expect(checked).toEqual(['dags']);
    expect(marked).toEqual([]);
  },
);

test('a suspended App names no repository, which is said', async () => {
  const { send, checked } = world([ofGithub('acme', 'dags', 4711)]);
  expect((await send('installation-suspend', APP)).result).toContain('names no repository');
  expect(checked).toEqual([]);
});

test('each route has its own key', async () => {
  const { send, marked } = world([ofGithub('acme', 'dags')]);
  expect((await send('push-update', APP, KEY)).status).toBe(401);
  expect((await send('push-update', OWN, APP_KEY)).status).toBe(401);
  expect(marked).toEqual([]);
});

test('the App’s route is closed where nobody has set a key, and where its Secret is empty', async () => {
  for (const parts of [{ forges: createForges({}) }, { appKeys: async () => [] }]) {
    const { send, marked, lines } = world([ofGithub('acme', 'dags')], parts);
    expect((await send('push-update', APP)).status).toBe(401);
    expect(marked).toEqual([]);
    expect(lines).toHaveLength(1);
  }
});

test('a key of the App that was rotated a moment ago is read anew', async () => {
  const asked: boolean[] = [];
  const appKeys = async (fresh: boolean) => (
    asked.push(fresh),
    fresh ? [APP_KEY, 'the one before'] : ['the one before']
  );
  const { send } = world([ofGithub('acme', 'dags')], { appKeys });
  expect((await send('push-update', APP)).status).toBe(202);
  expect(asked).toEqual([false, true]);
});

test('if one of two marks cannot be left, the delivery is to come again', async () => {
  const { send } = world([ofGithub('acme', 'dags', 4711, 'one'), ofGithub('acme', 'dags', 4711, 'two')], {
    intake: {
      mark: async ({ metadata }) => {
        if (metadata.name === 'two') throw Object.assign(new Error('x'), { code: 'Unavailable' });
        return 'created';
      },
      check: async () => undefined,
    },
  });
  expect((await send('push-update', APP)).status).toBe(503);
});
