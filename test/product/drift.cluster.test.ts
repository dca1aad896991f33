import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { kinds, type Kind } from '../../src/model/kinds.ts';
import { auditOf, isWrite, written } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { withCredentials } from '../support/product/manifests.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';

const BRANCH = 'feature/hardy';
const world = aWorld('drift', { privately: true, spec: { ...withCredentials, resyncInterval: '5s' } });
let namespace: string;

beforeAll(async () => {
  await world().push(BRANCH);
  await world().isMade(BRANCH);
  namespace = world().nameOf(BRANCH);
});

const kindsOfAPreview: readonly Kind[] = [
  kinds.Secret,
  kinds.ConfigMap,
  kinds.Service,
  kinds.ServiceAccount,
  kinds.ResourceQuota,
  kinds.LimitRange,
  kinds.Deployment,
  kinds.RoleBinding,
  kinds.NetworkPolicy,
];

async function marked(): Promise<KubeObject[]> {
  const labelSelector = 'offshoot.dev/preview-uid';
  const lists = kindsOfAPreview.map((kind) => world().admin.list(kind, { namespace, labelSelector }));
  return (await Promise.all(lists)).flatMap(({ items }) => items);
}

const named = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`;
const refOf = (object: KubeObject) => ({
  kind: kindsOfAPreview.find(({ kind }) => kind === object.kind)!,
  namespace,
  name: object.metadata.name,
});

test('whatever is deleted by hand comes back as it was', async () => {
  const it = world();
  const before = await marked();
  for (const object of before) {
    await it.admin.delete(refOf(object));
    await eventually(async () => {
      const again = await it.admin.get(refOf(object));
      expect(again?.metadata.uid, named(object)).toBeDefined();
      expect(again?.metadata.uid, named(object)).not.toBe(object.metadata.uid);
      // The keys are random: they are new. Everything else is as it was.
      if (object.metadata.name !== 'airflow-keys') expect(contentOf(again!)).toEqual(contentOf(object));
    });
  }
  await eventually(async () => expect((await marked()).map(named)).toEqual(before.map(named)));
});

/** What Offshoot decides of an object; the rest is Kubernetes' own book-keeping. */
function contentOf({ kind, metadata, spec, data, subjects, roleRef }: KubeObject): unknown {
  const { clusterIP: _, clusterIPs: __, ...rest } = (spec ?? {}) as Record<string, unknown>;
  return { kind, labels: metadata.labels, spec: rest, data, subjects, roleRef };
}

const edits: readonly [string, Kind, string, object][] = [
  ['replicas of the Deployment', kinds.Deployment, 'airflow', { spec: { replicas: 0 } }],
  [
    'the port of a Service',
    kinds.Service,
    'postgres',
    { spec: { ports: [{ name: 'postgres', port: 5433 }] } },
  ],
  ['a setting', kinds.ConfigMap, 'airflow-settings', { data: { AIRFLOW__CORE__LOAD_EXAMPLES: 'True' } }],
  ['the quota', kinds.ResourceQuota, 'preview', { spec: { hard: { pods: '1000' } } }],
  ['the fence', kinds.NetworkPolicy, 'isolation', { spec: { egress: [{}], policyTypes: ['Ingress'] } }],
  [
    'whom a RoleBinding is for',
    kinds.RoleBinding,
    'worker',
    { subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'kube-system' }] },
  ],
  ['credentials of git', kinds.Secret, 'git-credentials', { data: { gitconfig: 'aGFoYQ==' } }],
];

test.for(edits)('%s, edited by hand, is as it should be again', async ([, kind, name, patch]) => {
  const it = world();
  const ref = { kind, namespace, name };
  const before = await it.admin.get(ref);
  const edited = await it.admin.patch(ref, patch, { fieldManager: 'kubectl-edit' });
  expect(contentOf(edited)).not.toEqual(contentOf(before!));
  await eventually(async () => expect(contentOf((await it.admin.get(ref))!)).toEqual(contentOf(before!)));
});

test('an object with the preview’s mark that it does not need is removed; one without it stays', async () => {
  const it = world();
  const uid = (await it.preview(BRANCH))!.metadata.uid!;
  const configMap = (name: string, labels: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels },
  });
  await it.admin.create(configMap('of-a-person', {}));
  await it.admin.create(configMap('no-longer-wanted', { 'offshoot.dev/preview-uid': uid }));
  const get = (name: string) => it.admin.get({ kind: kinds.ConfigMap, namespace, name });
  await eventually(async () => expect(await get('no-longer-wanted')).toBeUndefined());
  expect(await get('of-a-person')).toBeDefined();
});

test('a changed DagRepository reaches the preview’s objects', async () => {
  const it = world();
  await it.admin.patch(
    { kind: kinds.DagRepository, namespace: World.namespace, name: 'dags' },
    { spec: { airflow: { config: { core: { parallelism: 8 } } } } },
    { fieldManager: 'test' },
  );
  await eventually(async () => {
    const settings = await it.admin.get({ kind: kinds.ConfigMap, namespace, name: 'airflow-settings' });
    expect(settings?.['data']).toMatchObject({ AIRFLOW__CORE__PARALLELISM: '8' });
    const { generation } = (await it.repository())!.metadata;
    expect((await it.preview(BRANCH))?.status?.repositoryGeneration).toBe(generation);
  });
});

test('when nothing changes nothing is written, however many resyncs pass, and none after a restart but one look at each object', async () => {
  const it = world();
  await wait(2_000);
  const writesSince = async (at: number) =>
    (await auditOf(it.cluster.sandbox.auditLog, USER))
      .filter((one) => one.at >= at && isWrite(one))
      .map(written);
  const quiet = Date.now();
  const asked = it.git.requests;
  await wait(12_000);
  expect(await writesSince(quiet)).toEqual([]);
  expect(it.git.requests - asked, 'two listings at least').toBeGreaterThanOrEqual(4);

  const versions = async () =>
    [...(await marked()), (await it.preview(BRANCH))!, (await it.repository())!].map(
      (object) => `${named(object)} ${object.metadata.resourceVersion}`,
    );
  const before = await versions();
  await it.restart();
  await wait(4_000);
  expect(await versions()).toEqual(before);
  const restarted = Date.now();
  await wait(6_000);
  expect(await writesSince(restarted)).toEqual([]);
});
