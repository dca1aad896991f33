import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { label } from '../../src/model/labels.ts';
import { auditOf, isWrite, written } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { startMutatingWebhook } from '../support/product/mutating-webhook.ts';
import { aWorld } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';

const world = aWorld('mutated');
const BRANCH = 'feature/stamped';
let asked = 0;
let webhook: Awaited<ReturnType<typeof startMutatingWebhook>>;

interface Deployment extends KubeObject {
  spec: { replicas: number; template: { spec: { containers: { image: string }[] } } };
}

/** What stamps a time, and what puts the digest that a tag has just now in its place: another one each time it is asked. */
beforeAll(async () => {
  webhook = await startMutatingWebhook(world().cluster, (deployment) => {
    asked += 1;
    const { containers } = (deployment as Deployment).spec.template.spec;
    const digest = asked.toString(16).padStart(64, '0');
    return [
      { op: 'add', path: '/spec/template/metadata/annotations/example.com~1stamp', value: String(asked) },
      ...containers.map(({ image }, at) => ({
        op: 'replace' as const,
        path: `/spec/template/spec/containers/${at}/image`,
        value: `${image.split('@')[0]}@sha256:${digest}`,
      })),
    ];
  });
  await world().push(BRANCH);
  await world().isMade(BRANCH);
});
afterAll(() => webhook.stop());

const ref = (name: string, kind = kinds.Deployment) => ({ kind, namespace: world().nameOf(BRANCH), name });
const deployment = async (name: string) => (await world().admin.get<Deployment>(ref(name)))!;
const generations = async () =>
  Promise.all(['airflow', 'postgres'].map(async (name) => (await deployment(name)).metadata.generation));

/** Whatever it might write into a preview, it writes beside this. */
async function mendsSettings(): Promise<void> {
  const settings = ref('airflow-settings', kinds.ConfigMap);
  const metadata = { labels: { [label.part]: 'somebody-s' } };
  await world().admin.patch(settings, { metadata }, { fieldManager: 'kubectl-edit' });
  await eventually(async () => expect(await world().admin.get(settings)).not.toMatchObject({ metadata }));
}

const writesSince = async (from: number) =>
  (await auditOf(world().cluster.sandbox.auditLog, USER))
    .filter((one) => one.at >= from && isWrite(one) && one.namespace === world().nameOf(BRANCH))
    .map(written);

test('B09: three restarts write nothing where nothing of Offshoot’s differs, whatever else others made of it', async () => {
  const before = await generations();
  const from = Date.now();
  for (const _restart of [1, 2, 3]) {
    await world().restart();
    await mendsSettings();
  }
  expect(await generations()).toEqual(before);
  const writes = (await writesSince(from)).filter((one) => !one.includes(' secrets '));
  expect(writes.map((one) => one.split('/').at(-1))).toEqual(Array(3).fill('airflow-settings'));
}, 120_000);

test('B09: what was changed while Offshoot was away is put back, and nothing beside it is touched', async () => {
  const [, before] = await generations();
  await world().offshoot.kill();
  await world().admin.patch(ref('airflow'), { spec: { replicas: 0 } }, { fieldManager: 'downscaler' });
  const settings = ref('airflow-settings', kinds.ConfigMap);
  const { data } = (await world().admin.get(settings))!;
  await world().admin.patch(settings, { data: null }, { fieldManager: 'downscaler' });
  await world().restart();
  await eventually(async () => expect((await deployment('airflow')).spec.replicas).toBe(1));
  await eventually(async () => expect(await world().admin.get(settings)).toMatchObject({ data }));
  await mendsSettings();
  expect((await generations())[1]).toBe(before);
});

test('B09: a version that renders otherwise is rolled out, and only what it renders otherwise', async () => {
  const [airflow = 0, postgres] = await generations();
  await world().restart('--git-sync-image', 'example.com/git-sync:other');
  await eventually(async () =>
    expect(JSON.stringify(await deployment('airflow'))).toContain('example.com/git-sync:other'),
  );
  await mendsSettings();
  expect(await generations()).toEqual([airflow + 1, postgres]);
});
