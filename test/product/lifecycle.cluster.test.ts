import { expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { everything, golden, inNamespace, leftSince } from '../support/product/snapshots.ts';
import { eventually } from '../support/product/eventually.ts';
import { withCredentials, withSlack } from '../support/product/manifests.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';

const world = aWorld('lifecycle', { privately: true, spec: { ...withCredentials, ...withSlack } });

/** Kinds of which a preview has objects that Offshoot makes itself. */
const MADE = [
  kinds.Secret,
  kinds.ConfigMap,
  kinds.Service,
  kinds.ServiceAccount,
  kinds.ResourceQuota,
  kinds.LimitRange,
  kinds.Deployment,
  kinds.RoleBinding,
  kinds.NetworkPolicy,
] as const;

test('a preview is exactly these objects, all of them with its mark, and deleted nothing of it is left', async () => {
  const it = world();
  const before = await everything(it);
  await it.push('feature/hardy');
  const preview = await it.isMade('feature/hardy');
  const namespace = it.nameOf('feature/hardy');
  expect(preview.status).toMatchObject({ namespace, url: 'http://airflow.example.com/feature/hardy' });

  await eventually(async () => {
    const objects = inNamespace(await everything(it), namespace);
    expect(objects).toEqual(await golden('objects-of-a-preview.txt', objects));
  });
  const made: KubeObject[] = [(await it.namespaceOf('feature/hardy'))!];
  for (const kind of MADE) made.push(...(await it.admin.list(kind, { namespace })).items);
  const unmarked = made
    .filter(({ metadata }) => metadata.labels?.['offshoot.dev/preview-uid'] !== preview.metadata.uid)
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  expect(unmarked).toEqual(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);

  await it.delete('feature/hardy');
  await it.isGone('feature/hardy');
  // The outbox goes when Slack has answered.
  await eventually(async () => expect(leftSince(before, await everything(it))).toEqual([]), 20);
});

test('its RoleBindings are to roles that exist, for ServiceAccounts that exist', async () => {
  const it = world();
  await it.push('feature/bound');
  await it.isMade('feature/bound');
  const namespace = it.nameOf('feature/bound');
  const { items } = await it.admin.list<Binding>(kinds.RoleBinding, { namespace });
  expect(items).toHaveLength(2);
  for (const { roleRef, subjects } of items) {
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${roleRef.name}`;
    expect(await it.admin.raw('GET', path)).toMatchObject({ kind: 'ClusterRole' });
    for (const subject of subjects) {
      expect(subject).toMatchObject({ kind: 'ServiceAccount', namespace });
      expect(await it.admin.get({ kind: kinds.ServiceAccount, namespace, name: subject.name })).toBeDefined();
    }
  }
  await it.delete('feature/bound');
  await it.isGone('feature/bound');
});

test('a pod that a DAG starts without a word about resources fits the quota, and cannot use up the node’s memory or disk', async () => {
  const it = world();
  await it.push('feature/limits');
  await it.isMade('feature/limits');
  const run = ['run', 'extract', '--image=busybox', '--dry-run=server', '--output=json'];
  const namespace = it.nameOf('feature/limits');
  const resourcesOf = async (...args: string[]) => {
    const pod = JSON.parse(await it.cluster.kubectl([...run, '--namespace', namespace, ...args])) as Pod;
    return pod.spec.containers[0]!.resources;
  };
  expect(await resourcesOf()).toEqual({
    limits: { memory: '1Gi', 'ephemeral-storage': '4Gi' },
    requests: { cpu: '50m', memory: '256Mi', 'ephemeral-storage': '0' },
  });
  // Who says what it needs gets just that.
  const own = { 'ephemeral-storage': '40Gi', cpu: '1', memory: '2Gi' };
  const container = { name: 'extract', image: 'busybox', resources: { limits: own, requests: own } };
  const overrides = JSON.stringify({ spec: { containers: [container] } });
  expect(await resourcesOf(`--overrides=${overrides}`)).toEqual(container.resources);
  // But all together no more than the quota.
  const greedy = { ...container, resources: { requests: { memory: '1Mi' }, limits: { memory: '100Gi' } } };
  await expect(
    resourcesOf(`--overrides=${JSON.stringify({ spec: { containers: [greedy] } })}`),
  ).rejects.toThrow(/exceeded quota: preview, requested: limits.memory=100Gi/);
  await it.delete('feature/limits');
  await it.isGone('feature/limits');
});

interface Pod {
  spec: { containers: { resources: object }[] };
}

interface Binding extends KubeObject {
  roleRef: { name: string };
  subjects: { kind: string; namespace: string; name: string }[];
}

test('ten branches made and deleted, each while others are half-way, leave nothing', async () => {
  const it = world();
  const before = await everything(it);
  const branches = Array.from({ length: 10 }, (_, at) => `feature/overlapping-${at}`);
  await Promise.all(
    branches.map(async (branch, at) => {
      await new Promise((resolve) => setTimeout(resolve, at * 300));
      await it.push(branch);
      if (at % 2 === 0) await it.isMade(branch);
      await it.delete(branch);
    }),
  );
  await it.isGone(...branches);
  await eventually(async () => expect(leftSince(before, await everything(it))).toEqual([]), 30);
}, 120_000);

/** Moments of a teardown, each told by what Offshoot's own word or the API shows. */
const moments: readonly [string, (it: World, branch: string) => Promise<unknown>][] = [
  ['at once', async () => undefined],
  ['while the absence is being proven', () => new Promise((resolve) => setTimeout(resolve, 1_000))],
  [
    'when the Preview is being deleted',
    (it, branch) =>
      eventually(async () => expect((await it.preview(branch))?.metadata.deletionTimestamp).toBeDefined()),
  ],
  [
    'when the namespace is going',
    (it, branch) =>
      eventually(async () =>
        expect((await it.namespaceOf(branch))?.metadata.deletionTimestamp).toBeDefined(),
      ),
  ],
  [
    'when the namespace has just gone',
    (it, branch) => eventually(async () => expect(await it.namespaceOf(branch)).toBeUndefined()),
  ],
];

test.concurrent.for(moments)(
  'a branch made again %s is not lost: it lives on untouched, or anew with everything of its own',
  { timeout: 90_000 },
  async ([, moment], { task, expect }) => {
    const it = world();
    const branch = `feature/again-${task.id.replaceAll(/[^a-z0-9]/g, '')}`;
    await it.push(branch);
    const first = await it.isMade(branch);
    const secrets = await keysOf(it, branch);
    await it.delete(branch);
    await moment(it, branch);
    const [head] = await it.push(branch);

    const second = await eventually(async () => {
      const preview = await it.preview(branch);
      expect(preview?.metadata.deletionTimestamp).toBeUndefined();
      expect(preview?.status?.branch?.head).toBe(head);
      expect(findCondition(preview?.status?.conditions, 'Ready')?.reason).toBe('DatabaseStarting');
      return preview!;
    }, 60);
    const anew = second.metadata.uid !== first.metadata.uid;
    const owner = (await it.namespaceOf(branch))?.metadata.labels?.['offshoot.dev/preview-uid'];
    expect(owner).toBe(second.metadata.uid);
    if (anew) expect(await keysOf(it, branch)).not.toEqual(secrets);
    else expect(await keysOf(it, branch)).toEqual(secrets);
    // And it stays.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await it.preview(branch))?.metadata).toMatchObject({ uid: second.metadata.uid });
  },
);

async function keysOf(it: World, branch: string): Promise<Record<string, string>> {
  const secret = await it.admin.get({
    kind: kinds.Secret,
    namespace: it.nameOf(branch),
    name: 'airflow-keys',
  });
  return (secret?.['data'] ?? {}) as Record<string, string>;
}
