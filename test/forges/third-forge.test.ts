import { expect, test } from 'vitest';
import { createCodeHosts } from '../../src/controller/code-host.ts';
import { createForges } from '../../src/forges/all.ts';
import { createIntake } from '../../src/intake/mark.ts';
import { dagRepositorySpecWith } from '../../src/model/dag-repository.ts';
import { exactlyOneOf, gitSources, namedBy } from '../../src/model/git-source.ts';
import { annotation } from '../../src/model/labels.ts';
import { aDagRepository, aSpec, HEAD, NOW } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import { createPond, pondSource } from '../support/pond.ts';
import { aDelivery, aServer, KEY } from '../server/rig.ts';
import { payload } from '../support/payloads.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { Preview } from '../../src/model/preview.ts';

const OWN = '/webhooks/pond/offshoot/dags';
const SHARED = '/webhooks/pond';
const SHARED_SECRET = { namespace: 'offshoot', name: 'pond' };
const sources = [...gitSources, pondSource] as const;
const schema = dagRepositorySpecWith(sources);
const inPond = { ...aSpec(), git: undefined, pond: { project: 'prj-heron' } };
const repository: DagRepository = { ...aDagRepository(), spec: schema.parse(inPond) };

/** The webhook server and intake over a cluster, for forges of which the third is Pond. */
function aWorld() {
  const { cluster, store } = aCluster();
  const pond = createPond({ shared: SHARED_SECRET });
  const server = aServer({
    forges: [...createForges({}), pond],
    repository: ({ name }) => (name === 'dags' ? repository : undefined),
    repositories: () => [aDagRepository({ name: 'elsewhere' }), repository],
    webhookKeys: async (secret) => [secret === SHARED_SECRET ? 'the key of all' : KEY],
    intake: createIntake({
      cluster,
      previews: { list: () => [] },
      now: () => NOW,
    }),
  });
  const send = async (url: string, token: string, said: object = {}) => {
    const response = await server.app.inject({
      method: 'POST',
      url,
      headers: { 'x-pond-token': token, 'x-pond-event': 'ripple', 'x-pond-id': '7' },
      payload: { project: 'prj-heron', title: 'Heron’s DAGs', branch: 'feature/hardy', now: HEAD, ...said },
    });
    return { status: response.statusCode, ...response.json<{ result?: string }>() };
  };
  return { ...server, send, previews: () => store.list() as Preview[] };
}

test('a spec names its repository in exactly one of as many fields as there are forges', () => {
  expect(repository.spec).toMatchObject({ pond: { project: 'prj-heron', host: 'pond.example.com' } });
  expect(exactlyOneOf(sources)).toMatchObject({
    message: 'set exactly one of git, github and pond',
    meta: {
      'x-kubernetes-validations': [
        { rule: '[has(self.git), has(self.github), has(self.pond)].exists_one(given, given)' },
      ],
    },
  });
  for (const other of [{ pond: undefined }, { git: { url: 'git@h:x' } }])
    expect(schema.safeParse({ ...inPond, ...other }).error?.issues[0]?.message).toContain('exactly one');
});

test('it is cloned from where its forge says', () => {
  const found = namedBy(repository.spec, [createPond()]);
  expect(found?.one.cloneUrl(found.own as never)).toBe('https://pond.example.com/git/prj-heron');
});

test.each([
  ['the route of its own', OWN, KEY],
  ['the route of all', SHARED, 'the key of all'],
])('a plain token opens %s, and the delivery leaves its mark', async (_which, url, token) => {
  const { send, previews, counted } = aWorld();
  expect(await send(url, token)).toMatchObject({ status: 202, result: 'created' });
  expect(previews()).toMatchObject([
    { metadata: { annotations: { [annotation.expectedHead]: HEAD } }, spec: { branch: 'feature/hardy' } },
  ]);
  expect(counted).toEqual(['ripple created']);
});

test.each([
  ['another token', OWN, 'wrong'],
  ['a token that only begins so', OWN, KEY.slice(0, -1)],
  ['no token', OWN, ''],
  ['the key of all on the route of one', OWN, 'the key of all'],
  ['the key of one on the route of all', SHARED, KEY],
])('%s opens nothing', async (_what, url, token) => {
  const { send, previews } = aWorld();
  expect(await send(url, token)).toMatchObject({ status: 401 });
  expect(previews()).toEqual([]);
});

test('a delivery about another id concerns nobody', async () => {
  const { send, previews } = aWorld();
  const came = await send(OWN, KEY, { project: 'prj-other' });
  expect(came.result).toBe('about Heron’s DAGs (prj-other): no DagRepository follows it');
  expect(previews()).toEqual([]);
});

test('a repository takes the deliveries of its own code host alone, in no other form', async () => {
  const { app, previews } = aWorld();
  const response = await app.inject(aDelivery('push', payload('push-update')));
  expect(response.statusCode).toBe(401);
  expect(previews()).toEqual([]);
});

test('it is asked with its own spec, its Secret and its pinned id, and says itself what a Secret lacks', async () => {
  const opened: unknown[] = [];
  const pinned = {
    ...repository,
    spec: { ...repository.spec, credentialsSecretRef: { name: 'pond', readOnly: true } },
    status: { repositoryId: 4711 },
  };
  const over = (secret: Record<string, string>) =>
    createCodeHosts({
      forges: [...createForges({}), createPond({ opened })],
      readSecret: async () => secret,
    });
  const host = await over({ 'pond-key': 'x' }).open(pinned);
  expect(await host.lookUp('main')).toMatchObject({ state: 'exists' });
  const own = { project: 'prj-heron', host: 'pond.example.com' };
  expect(opened).toEqual([{ own, credentials: { 'pond-key': 'x' }, pinned: '4711' }]);
  await expect(over({}).open(pinned)).rejects.toMatchObject({
    reason: 'SecretMissing',
    message: 'Secret pond lacks the key pond-key.',
  });
});
