import { expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { auditOf, isWrite } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { aNamespace, aSecret } from '../support/product/manifests.ts';
import { everything, leftSince } from '../support/product/snapshots.ts';
import { aWorld } from '../support/product/world.ts';
import type { Identity } from '../../demo/oracle/snapshot.ts';

const world = aWorld('strangers');

async function isStalled(branch: string, reason: string, sentence: RegExp): Promise<void> {
  await eventually(async () => {
    const conditions = (await world().preview(branch))?.status?.conditions;
    expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'False', reason });
    expect(findCondition(conditions, 'Stalled')).toMatchObject({ status: 'True', reason });
    expect(findCondition(conditions, 'Stalled')?.message).toMatch(sentence);
  });
}

const of = (all: readonly Identity[], namespace: string) =>
  all.filter(
    (one) => one.namespace === namespace || (one.resource === 'namespaces' && one.name === namespace),
  );

test.concurrent(
  'a namespace of our name that is somebody else’s is not touched, and the preview is made when it is gone',
  async ({ expect }) => {
    const it = world();
    const branch = 'feature/taken';
    const name = it.nameOf(branch);
    await it.admin.create({ ...aNamespace(name), metadata: { name, labels: { team: 'others' } } });
    await eventually(async () =>
      expect(
        await it.admin.get({ kind: kinds.ServiceAccount, namespace: name, name: 'default' }),
      ).toBeDefined(),
    );
    const before = await it.namespaceOf(branch);
    const inside = of(await everything(it), name);
    await it.push(branch);
    await isStalled(
      branch,
      'NamespaceTaken',
      /Namespace dags-feature-taken-.* was not created by Offshoot\..* Rename or delete it/,
    );
    expect(await it.namespaceOf(branch)).toEqual(before);
    expect(leftSince(inside, of(await everything(it), name))).toEqual([]);

    await it.admin.delete({ kind: kinds.Namespace, name });
    await eventually(async () => {
      const made = await it.namespaceOf(branch);
      expect(made?.metadata.labels?.['offshoot.dev/preview-uid']).toBeDefined();
    }, 60);
    await it.isMade(branch);
  },
  120_000,
);

test.concurrent(
  'nor is it touched when the branch goes',
  async ({ expect }) => {
    const it = world();
    const branch = 'feature/taken-and-left';
    const name = it.nameOf(branch);
    await it.admin.create(aNamespace(name));
    await it.push(branch);
    await isStalled(branch, 'NamespaceTaken', /not touched/);
    await it.delete(branch);
    await eventually(async () => expect(await it.preview(branch)).toBeUndefined());
    expect((await it.namespaceOf(branch))?.metadata.deletionTimestamp).toBeUndefined();
  },
  90_000,
);

test.concurrent(
  'a Secret of our name inside our namespace that is somebody else’s is not touched, and no preview runs with it',
  async ({ expect }) => {
    const it = world();
    const branch = 'feature/foreign-keys';
    const namespace = it.nameOf(branch);
    it.proxy.decide(({ method, path }) =>
      method === 'POST' && path.includes(`/${namespace}/secrets`) ? { status: 500 } : 'pass',
    );
    await it.push(branch);
    await eventually(async () => expect(await it.namespaceOf(branch)).toBeDefined());
    const theirs = await it.admin.create(
      aSecret(namespace, 'airflow-keys', { 'database-password': 'of a stranger' }, 'none'),
    );
    it.proxy.decide(() => 'pass');
    await isStalled(
      branch,
      'NamespaceTaken',
      /Secret .*\/airflow-keys exists and was not created for this preview.*delete or rename it/,
    );
    const ref = { kind: kinds.Secret, namespace, name: 'airflow-keys' };
    expect(await it.admin.get(ref)).toMatchObject({
      metadata: { resourceVersion: theirs.metadata.resourceVersion },
    });
    expect((await it.admin.list(kinds.Deployment, { namespace })).items, 'no workload').toEqual([]);

    await it.admin.delete(ref);
    await eventually(
      async () =>
        expect((await it.preview(branch))?.status?.conditions?.[0]?.reason).toBe('DatabaseStarting'),
      90,
    );
    expect((await it.admin.get(ref))?.metadata.labels?.['offshoot.dev/preview-uid']).toBeDefined();
  },
  150_000,
);

test.concurrent(
  'what somebody else’s finalizer holds is waited for, told, not forced, and blocks nobody',
  async ({ expect }) => {
    const it = world();
    const branch = 'feature/held';
    await it.push(branch);
    const first = await it.isMade(branch);
    const namespace = it.nameOf(branch);
    const held = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace, finalizers: ['example.com/hold'] },
    };
    await it.admin.create(held);
    await it.delete(branch);
    await eventually(async () =>
      expect((await it.namespaceOf(branch))?.metadata.deletionTimestamp).toBeDefined(),
    );
    await it.push(branch, 'feature/unheld');
    await it.isMade('feature/unheld');

    const waiting = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const tries = (await auditOf(it.cluster.sandbox.auditLog, USER)).filter(
      (one) => one.at >= waiting && isWrite(one) && one.namespace === namespace,
    );
    expect(tries.length, 'writes into the namespace within five seconds').toBeLessThanOrEqual(5);
    expect(findCondition((await it.preview(branch))?.status?.conditions, 'Ready')?.reason).toBe('Removing');

    const ref = { kind: kinds.ConfigMap, namespace, name: 'held' };
    expect((await it.admin.get(ref))?.metadata.finalizers).toEqual(['example.com/hold']);
    await it.admin.patch(ref, { metadata: { finalizers: null } }, { fieldManager: 'test' });
    await eventually(async () => {
      const second = await it.preview(branch);
      expect(second?.metadata.uid).toBeDefined();
      expect(second?.metadata.uid).not.toBe(first.metadata.uid);
    }, 60);
    await it.isMade(branch);
  },
  120_000,
);
