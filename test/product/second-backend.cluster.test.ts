import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { list } from '../../demo/kubectl.ts';
import { readConfig } from '../../src/config/config.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { previewName } from '../../src/model/names.ts';
import { serve } from '../../src/operator/serve.ts';
import { pebble, STONE } from '../support/pebble.ts';
import { aCluster } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { GitHost } from '../support/product/git-host.ts';
import { aDagRepository, aNamespace, secretsIn } from '../support/product/manifests.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { Preview } from '../../src/model/preview.ts';
import type { ProductCluster } from '../support/product/cluster.ts';

const TEAM = 'team';
const BRANCH = 'feature/hardy';
const NAME = previewName(TEAM, 'dags', BRANCH);
/** What the Airflow of every preview is asked. */
const asked: string[] = [];
const airflow = createServer((request, response) => {
  asked.push(request.url ?? '');
  const parts = ['metadatabase', 'scheduler', 'dag_processor', 'triggerer'];
  const health = Object.fromEntries(parts.map((part) => [part, { status: 'healthy' }]));
  const answer = request.url?.endsWith('/api/v2/importErrors')
    ? { import_errors: [], total_entries: 0 }
    : health;
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
});

let cluster: ProductCluster;
let git: GitHost;
let offshoot: Awaited<ReturnType<typeof serve>>;
let gateway = '';
const preview = () => cluster.admin.get<Preview>({ kind: kinds.Preview, namespace: TEAM, name: NAME });
const visit = (path: string) =>
  fetch(`${gateway}${path}`, { headers: { accept: 'application/json' }, redirect: 'manual' });

beforeAll(async () => {
  airflow.listen(0, '127.0.0.1');
  await once(airflow, 'listening');
  cluster = await aCluster('second-backend');
  await cluster.kubectl(['apply', '-f', '-'], list([aNamespace(TEAM), ...secretsIn(TEAM)]));
  git = await GitHost.start(cluster.folder);
  await git.push(BRANCH);
  const free = await freePort();
  gateway = `http://127.0.0.1:${free}`;
  const config = readConfig(
    {},
    {
      kubeconfig: cluster.identity,
      webhookListen: '127.0.0.1:0',
      gatewayListen: `127.0.0.1:${free}`,
      metricsListen: '127.0.0.1:0',
      podName: 'offshoot-0',
      logLevel: 'fatal',
    },
  );
  offshoot = await serve(config, () => pebble((airflow.address() as AddressInfo).port));
  await cluster.admin.create(aDagRepository({ namespace: TEAM, gitUrl: git.url }));
});
afterAll(async () => {
  await offshoot?.stop();
  airflow.close();
  await git?.stop();
  await cluster?.down();
});

test('a preview of another backend becomes ready by what that backend sees', async () => {
  await eventually(async () => {
    const { status } = (await preview())!;
    expect(findCondition(status?.conditions, 'Ready')).toMatchObject({ status: 'True', reason: 'Ready' });
    expect(findCondition(status?.conditions, 'DatabaseReady')?.message).toBe('The pebble lies in its place.');
  });
  const { items: services } = await cluster.admin.list(kinds.Service, { namespace: NAME });
  expect(services.map(({ metadata }) => metadata.name)).toEqual(['pebble']);
  const { items: deployments } = await cluster.admin.list(kinds.Deployment, { namespace: NAME });
  expect(deployments).toEqual([]);
});

test('what it does not prepare is no condition of its DagRepository', async () => {
  const repository = await cluster.admin.get<DagRepository>({
    kind: kinds.DagRepository,
    namespace: TEAM,
    name: 'dags',
  });
  expect(findCondition(repository?.status?.conditions, 'Ready')?.status).toBe('True');
  expect(findCondition(repository?.status?.conditions, 'SchemaDumped')).toBeUndefined();
});

test('its Airflow is asked with a token that its own Secret signs', async () => {
  await eventually(() => expect(asked.filter((url) => url.includes('importErrors'))).not.toEqual([]));
});

test('the gateway passes requests on to where it says that Airflow answers', async () => {
  await eventually(async () => expect((await visit(`/${BRANCH}/dags`)).status).toBe(200));
  expect(asked).toContain(`/${BRANCH}/dags`);
});

test('somebody else’s object with our label is pruned, its own Service is put back', async () => {
  const service = { kind: kinds.Service, namespace: NAME, name: 'pebble' };
  await cluster.admin.delete(service, {});
  await eventually(async () => expect(await cluster.admin.get(service)).toBeDefined());
  const uid = (await preview())!.metadata.uid!;
  const metadata = { name: 'astray', namespace: NAME, labels: { 'offshoot.dev/preview-uid': uid } };
  await cluster.admin.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
  const astray = { kind: kinds.ConfigMap, namespace: NAME, name: 'astray' };
  await eventually(async () => expect(await cluster.admin.get(astray)).toBeUndefined());
});

test('the branch’s deletion removes all of it', async () => {
  const secret = { kind: kinds.Secret, namespace: NAME, name: STONE.name };
  expect(await cluster.admin.get(secret)).toBeDefined();
  await git.remove(BRANCH);
  await cluster.kubectl([
    'annotate',
    'dagrepository',
    'dags',
    '--namespace',
    TEAM,
    `offshoot.dev/check-requested=${new Date().toISOString()}`,
  ]);
  await eventually(async () => {
    expect(await preview()).toBeUndefined();
    expect(await cluster.admin.get({ kind: kinds.Namespace, name: NAME })).toBeUndefined();
  }, 60);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
