import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { auditOf, isWrite, type Audited } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { aWorld } from '../support/product/world.ts';

const BRANCH = 'feature/hardy';
const world = aWorld('wars');
let namespace: string;

beforeAll(async () => {
  await world().push(BRANCH);
  await world().isMade(BRANCH);
  namespace = world().nameOf(BRANCH);
});

const seen = async (from: number, which: (one: Audited) => boolean) =>
  (await auditOf(world().cluster.sandbox.auditLog, USER)).filter((one) => one.at >= from && which(one));
const readyOf = async (branch: string) =>
  findCondition((await world().preview(branch))?.status?.conditions, 'Ready');

/** Changes an object whenever it is as Offshoot wants it, until it is told to stop. */
function fight(attack: () => Promise<unknown>) {
  let over = false;
  const done = (async () => {
    for (; !over; await wait(20)) await attack();
  })();
  return () => ((over = true), done);
}

test.concurrent(
  'F10: a war over a Deployment costs few writes, is told with the name of the other side, and harms no other object',
  async ({ expect }) => {
    const it = world();
    const ref = { kind: kinds.Deployment, namespace, name: 'postgres' };
    const from = Date.now();
    const stop = fight(async () => {
      if (((await it.admin.get(ref))?.['spec'] as { replicas: number }).replicas === 2) return;
      await it.admin.patch(ref, { spec: { replicas: 2 } }, { fieldManager: 'kube-horizontal' });
    });
    try {
      await eventually(async () =>
        expect(await readyOf(BRANCH)).toMatchObject({
          status: 'False',
          reason: 'Contested',
          message: expect.stringContaining(
            'Field manager "kube-horizontal" keeps changing spec.replicas of Deployment postgres',
          ) as string,
        }),
      );
      // Meanwhile the preview's other objects are mended as ever.
      const fence = { kind: kinds.NetworkPolicy, namespace, name: 'isolation' };
      await it.admin.patch(fence, { spec: { egress: [{}] } }, { fieldManager: 'kubectl-edit' });
      await eventually(async () =>
        expect(((await it.admin.get(fence))?.['spec'] as { egress: object[] }).egress.length).toBeGreaterThan(
          1,
        ),
      );
      await wait(Math.max(0, from + 60_000 - Date.now()));
    } finally {
      await stop();
    }
    const writes = await seen(from, (one) => isWrite(one) && one.namespace === namespace);
    const ofDeployment = writes.filter(({ name }) => name === 'postgres');
    expect(ofDeployment.length, 'in a minute').toBeLessThanOrEqual(6);
    expect(ofDeployment.length).toBeGreaterThanOrEqual(3);
    const about = await seen(
      from,
      ({ resource, name }) => resource === 'previews.offshoot.dev/status' && name === namespace,
    );
    expect(about.length, 'writes of the status').toBeLessThanOrEqual(6);
  },
  120_000,
);

test.concurrent('F10: what others add beside Offshoot’s fields costs no write', async ({ expect }) => {
  const it = world();
  const from = Date.now();
  for (let n = 0; n < 20; n++) {
    const note = { metadata: { annotations: { 'example.com/seen': String(n) } } };
    for (const [kind, name] of [
      [kinds.Deployment, 'airflow'],
      [kinds.Service, 'airflow'],
      [kinds.ConfigMap, 'airflow-settings'],
    ] as const)
      await it.admin.patch({ kind, namespace, name }, note, { fieldManager: 'reporter' });
  }
  // Whatever it might write because of these, it would have written before it wrote this one.
  const quota = { kind: kinds.ResourceQuota, namespace, name: 'preview' };
  await it.admin.patch(quota, { spec: { hard: { pods: '999' } } }, { fieldManager: 'kubectl-edit' });
  await eventually(async () =>
    expect(await it.admin.get(quota)).not.toMatchObject({ spec: { hard: { pods: '999' } } }),
  );
  const writes = await seen(from, (one) => isWrite(one) && one.namespace === namespace);
  expect(writes.map(({ name }) => name).filter((name) => name.startsWith('airflow'))).toEqual([]);
});

test.concurrent(
  'F12: a removal that something holds says what it waits for, and asks little while it waits',
  async ({ expect }) => {
    const it = world();
    const branch = 'feature/held';
    await it.push(branch);
    await it.isMade(branch);
    const held = it.nameOf(branch);
    const configMap = { kind: kinds.ConfigMap, namespace: held, name: 'held' };
    await it.admin.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace: held, finalizers: ['example.com/hold'] },
    });
    await it.delete(branch);
    await eventually(async () => {
      const ready = await readyOf(branch);
      expect(ready).toMatchObject({ status: 'False', reason: 'Removing' });
      expect(ready?.message).toContain('example.com/hold');
    }, 60);
    const deletion = (await it.namespaceOf(branch))!.metadata.deletionTimestamp!;
    await wait(Math.max(0, Date.parse(deletion) + 45_000 - Date.now()));
    const from = Date.now();
    await wait(30_000);
    const ofIt = ({ namespace, name }: Audited) => namespace === held || name === held;
    expect((await seen(from, ofIt)).length, 'requests in half a minute').toBeLessThanOrEqual(15);
    await it.admin.patch(configMap, { metadata: { finalizers: null } }, { fieldManager: 'test' });
    await it.isGone(branch);
  },
  240_000,
);
