import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aSchemaDump } from '../support/a-schema-dump.ts';
import { eventually } from '../support/product/eventually.ts';
import { startFakeKubelet, type FakeKubelet } from '../support/product/fake-kubelet.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';

const world = aWorld('schema');
const { namespace } = World;
let kubelet: FakeKubelet;
beforeAll(async () => {
  kubelet = await startFakeKubelet(world().cluster);
});
afterAll(() => kubelet.stop());

const theOnlyPod = () =>
  eventually(async () => {
    const pods = await world().schemaPods();
    expect(pods).toHaveLength(1);
    return pods[0]!;
  });

const says = (reason: string) =>
  eventually(async () => {
    const found = findCondition((await world().repository())?.status?.conditions, 'SchemaDumped');
    expect(found).toMatchObject({ reason });
    return found!;
  });

const of = (kind: 'Job' | 'ConfigMap') => async () =>
  (
    await world().admin.list<KubeObject & { binaryData?: Record<string, string> }>(kinds[kind], {
      namespace,
      labelSelector: 'offshoot.dev/schema',
    })
  ).items;
const [jobs, dumps] = [of('Job'), of('ConfigMap')];

const succeeded = (imageID: string) => ({
  phase: 'Succeeded',
  initContainerStatuses: [status('migrate', imageID)],
});
const status = (name: string, imageID: string, terminated: object = { exitCode: 0 }) => ({
  name,
  image: 'apache/airflow:3.3.2',
  imageID,
  ready: false,
  restartCount: 0,
  state: { terminated },
});

const copyFor = (branch: string) =>
  world().admin.get<KubeObject & { binaryData: Record<string, string> }>({
    kind: kinds.ConfigMap,
    namespace: world().nameOf(branch),
    name: 'airflow-schema',
  });

const rolledOut = async (branch: string) => {
  const ref = { kind: kinds.Deployment, namespace: world().nameOf(branch), name: 'postgres' };
  return (await world().admin.get(ref))?.metadata.generation;
};

test('a preview does not wait for the dump, and its database is not rolled when it comes', async () => {
  await says('SchemaDumping');
  await world().push('feature/early');
  await world().isMade('feature/early');
  expect(await copyFor('feature/early')).toBeUndefined();

  await kubelet.ran(await theOnlyPod(), succeeded('sha256:one'), aSchemaDump());
  await says('SchemaDumped');
  expect(await rolledOut('feature/early')).toBe(1);
});

test('what the Job printed lies in one ConfigMap of its DagRepository, and the Job is gone', async () => {
  const [dump, ...more] = await dumps();
  expect(more).toEqual([]);
  expect(dump?.metadata.annotations).toEqual({ 'offshoot.dev/image-digests': 'sha256:one' });
  await eventually(async () => expect([...(await jobs()), ...(await world().schemaPods())]).toEqual([]));
});

test('the next preview gets a copy of it', async () => {
  await world().push('feature/late');
  await world().isMade('feature/late');
  const [dump] = await dumps();
  expect((await copyFor('feature/late'))?.binaryData).toEqual(dump?.binaryData);
});

test('a tag that has moved, as the node of a preview says, means a new dump, once for each digest', async () => {
  const it = world();
  const where = {
    namespace: it.nameOf('feature/late'),
    labelSelector: 'app.kubernetes.io/component=airflow',
  };
  const { items } = await it.admin.list(kinds.Pod, where);
  const { containers } = items[0]!['spec'] as { containers: { name: string; image: string }[] };
  const { name } = containers.find(({ image }) => image === 'apache/airflow:3.3.2')!;
  const running = { ...status(name, 'sha256:two'), state: { running: {} } };
  await kubelet.ran(items[0]!, { phase: 'Running', containerStatuses: [running] }, '');
  await it.push('feature/later');
  await says('SchemaDumping');
  // The Job's pod may land on a node that still has the old one: that is no reason to go on for ever.
  await kubelet.ran(await theOnlyPod(), succeeded('sha256:one'), aSchemaDump());
  await says('SchemaDumped');
  const [dump] = await dumps();
  expect(dump?.metadata.annotations).toEqual({ 'offshoot.dev/image-digests': 'sha256:one sha256:two' });
});

const setImage = (image: string) =>
  world().cluster.kubectl([
    'patch',
    'dagrepository/dags',
    `--namespace=${namespace}`,
    '--type=merge',
    `--patch={"spec":{"airflow":{"image":"${image}"}}}`,
  ]);

test('a Job for an image that cannot be pulled goes, with its pod, when another image is named', async () => {
  /** The only Job, once it has the only pod. */
  const theOnlyJob = (another?: string) =>
    eventually(async () => {
      const [uid, ...more] = (await jobs()).map(({ metadata }) => metadata.uid);
      const owners = (await world().schemaPods()).map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
      expect([more, owners]).toEqual([[], [uid]]);
      expect(uid).not.toBe(another);
      return uid;
    });
  await setImage('apache/airflow:0.0.0-missing');
  const dead = await theOnlyJob();
  await setImage('apache/airflow:3.3.1');
  await theOnlyJob(dead);
  await kubelet.ran(await theOnlyPod(), succeeded('sha256:three'), aSchemaDump());
  await says('SchemaDumped');
});

test('another image means another dump; a Job that fails is told, blocks nothing, and is tried again once it is gone', async () => {
  const it = world();
  const [before] = await dumps();
  await setImage('apache/airflow:3.9.9');
  await eventually(async () => expect(await dumps()).toEqual([]));
  for (let tries = 0; tries < 2; tries++) {
    const pod = await eventually(async () => {
      const waiting = (await it.schemaPods()).filter(
        (one) => !(one['spec'] as { nodeName?: string }).nodeName,
      );
      expect(waiting).toHaveLength(1);
      return waiting[0]!;
    });
    const why = { exitCode: 1, message: 'no such table: dag' };
    await kubelet.ran(pod, { phase: 'Failed', initContainerStatuses: [status('migrate', '', why)] }, '');
  }
  const { message } = await says('SchemaDumpFailed');
  expect(message).toMatch(/^Job offshoot-schema-\w+ failed \(container migrate: no such table: dag\)/);
  expect(findCondition((await it.repository())?.status?.conditions, 'Stalled')).toMatchObject({
    status: 'False',
  });
  expect(before?.metadata.name).not.toBe((await jobs())[0]?.metadata.name);

  await it.cluster.kubectl(['delete', 'jobs', '--all', `--namespace=${namespace}`]);
  await it.tell({ ref: 'refs/heads/feature/late', before: 'a'.repeat(40) });
  await says('SchemaDumping');
}, 120_000);
