import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/cluster/api.ts';
import { createApplier } from '../../src/cluster/applier.ts';
import { refOf } from '../../src/cluster/client.ts';
import { connect, type Connection } from '../../src/cluster/connect.ts';
import { signature } from '../../src/cluster/drift.ts';
import { kinds } from '../../src/model/kinds.ts';
import { kubeconfig } from '../support/kubeconfig.ts';

const namespace = 'applier-test';
const labels = { 'offshoot.dev/preview-uid': 'uid-of-the-preview' };
let connection: Connection;
let writes = 0;

const aConfigMap = (name: string, data: Record<string, string> = { a: '1' }): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels },
  data,
});
const aDeployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] },
    },
  },
};
const aQuota: KubeObject = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'quota', namespace, labels },
  spec: { hard: { configmaps: '100', pods: '10' } },
};
const aNamespace: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: `${namespace}-2`, labels },
};

const MANAGER = 'offshoot-controller';
const newApplier = (now?: () => number): ReturnType<typeof createApplier> =>
  createApplier(connection.cluster, MANAGER, now);
const live = async (object: KubeObject): Promise<KubeObject> => {
  const found = await connection.cluster.get(refOf(object));
  if (!found) throw new Error(`${object.kind} ${object.metadata.name} is missing`);
  return found;
};

let requests = 0;
beforeAll(async () => {
  const onRequest = ({ verb }: { verb: string }): void => {
    requests += 1;
    if (!['get', 'list', 'watch'].includes(verb)) writes += 1;
  };
  connection = await connect({ kubeconfig: kubeconfig(), onRequest });
  await connection.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
});
afterAll(async () => {
  for (const name of [namespace, `${namespace}-2`])
    await connection.cluster.delete({ kind: kinds.Namespace, name });
  await connection.close();
});

describe.each([aConfigMap('drift'), aDeployment, aQuota, aNamespace])(
  'the signature of a $kind',
  (object) => {
    test('stays with a status and with our own apply repeated, and moves with an edit', async () => {
      const { cluster } = connection;
      const first = await newApplier().ensure(object, undefined);
      expect(first.change).toBe('created');
      const before = signature(first.object, MANAGER);

      // What the controller manager writes, and a status of our own making.
      if (object.kind === 'ResourceQuota') {
        await cluster.create(aConfigMap('counted'));
        const used = async (): Promise<unknown> =>
          ((await live(object)).status as { used?: { configmaps?: string } })?.used?.configmaps;
        await expect.poll(used, { timeout: 20_000 }).toBeDefined();
      }
      if (object.kind === 'Deployment') {
        const seen = async (): Promise<unknown> =>
          ((await live(object)).status as { observedGeneration?: number })?.observedGeneration;
        await expect.poll(seen, { timeout: 20_000 }).toBe(1);
      }
      if (object.kind !== 'ConfigMap') {
        const conditions = [{ type: 'Made', status: 'True', lastTransitionTime: '2026-11-21T00:00:00Z' }];
        const status = object.kind === 'ResourceQuota' ? { used: { pods: '3' } } : { conditions };
        const options = { fieldManager: 'somebody', subresource: 'status' as const };
        await cluster.patch(refOf(object), { status }, options);
      }
      expect(signature(await live(object), MANAGER)).toBe(before);

      const { annotations } = first.object.metadata;
      const again = { ...object, metadata: { ...object.metadata, annotations: annotations! } };
      await cluster.apply(again, { fieldManager: MANAGER, force: true });
      expect(signature(await live(object), MANAGER)).toBe(before);

      const edits: Record<string, unknown> = {
        ConfigMap: { data: { a: 'changed' } },
        Deployment: { spec: { replicas: 0 } },
        ResourceQuota: { spec: { hard: { pods: '11' } } },
        Namespace: { metadata: { labels: { 'offshoot.dev/preview-uid': 'changed' } } },
      };
      await cluster.patch(refOf(object), edits[object.kind], { fieldManager: 'kubectl-edit' });
      expect(signature(await live(object), MANAGER)).not.toBe(before);
    });
  },
);

describe('ensure', () => {
  test('writes nothing while nothing drifts, heals what somebody changed, and follows a new rendering', async () => {
    const applier = newApplier();
    const object = aConfigMap('healed');
    await applier.ensure(object, undefined);
    const start = writes;
    for (let i = 0; i < 3; i += 1) {
      expect(await applier.ensure(object, await live(object))).toMatchObject({ change: 'skipped' });
    }
    expect(writes).toBe(start);

    const stale = await live(object);
    await connection.cluster.patch(
      refOf(object),
      { data: { a: 'broken' } },
      { fieldManager: 'kubectl-edit' },
    );
    const healed = await applier.ensure(object, await live(object));
    expect(healed).toMatchObject({ change: 'configured', object: { data: { a: '1' } } });
    // A cache that has not seen that write yet must not cause another.
    expect((await applier.ensure(object, stale)).change).toBe('skipped');

    const next = await applier.ensure(aConfigMap('healed', { b: '2' }), await live(object));
    expect(next).toMatchObject({ change: 'configured', object: { data: { b: '2' } } });
    expect(next.object.data).toEqual({ b: '2' });
  });

  test.for([undefined, { 'offshoot.dev/preview-uid': 'somebody-else' }])(
    'never touches a stranger’s object of that name, labels %o, seen or not',
    async (strange, { task }) => {
      const name = `strange-${task.id.replaceAll(/[^a-z0-9]/g, '')}`;
      const theirs = aConfigMap(name, { theirs: 'yes' });
      theirs.metadata.labels = { ...strange };
      await connection.cluster.create(theirs);
      const before = await live(theirs);
      for (const seen of [undefined, before]) {
        await expect(newApplier().ensure(aConfigMap(name), seen)).rejects.toMatchObject({
          code: 'NotOurs',
          message: expect.stringContaining(
            `ConfigMap ${namespace}/${name} exists and was not created`,
          ) as string,
        });
        await expect(newApplier().ensureCreated(aConfigMap(name), seen)).rejects.toMatchObject({
          code: 'NotOurs',
        });
      }
      expect(await live(theirs)).toEqual(before);
    },
  );

  test('makes no second object when the one it saw was replaced or is gone', async () => {
    const object = aConfigMap('replaced');
    const first = await newApplier().ensure(object, undefined);
    await connection.cluster.delete(refOf(object), { uid: first.object.metadata.uid! });
    const other = aConfigMap('replaced', { a: '2' });
    await expect(newApplier().ensure(other, first.object)).rejects.toMatchObject({ code: 'Conflict' });
    expect(await connection.cluster.get(refOf(object))).toBeUndefined();
    const second = await newApplier().ensure(object, undefined);
    await expect(newApplier().ensure(other, first.object)).rejects.toMatchObject({ code: 'Conflict' });
    expect((await live(object)).metadata.uid).toBe(second.object.metadata.uid);
  });

  test('does not apply onto an object that is being deleted', async () => {
    const object = aConfigMap('dying');
    object.metadata.finalizers = ['offshoot.dev/test'];
    await newApplier().ensure(object, undefined);
    await connection.cluster.delete(refOf(object));
    await expect(newApplier().ensure(object, undefined)).rejects.toMatchObject({ code: 'Conflict' });
    await connection.cluster.patch(
      refOf(object),
      { metadata: { finalizers: null } },
      { fieldManager: 'test' },
    );
  });

  test('what is written once is created once', async () => {
    const secret: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace, labels },
      immutable: true,
      stringData: { key: 'random' },
    };
    const first = await newApplier().ensureCreated(secret);
    expect(first.change).toBe('created');
    const other = { ...secret, stringData: { key: 'another' } };
    const second = await newApplier().ensureCreated(other);
    expect(second).toMatchObject({ change: 'skipped', object: { data: first.object.data } });
    const start = writes;
    await newApplier().ensureCreated(other, second.object);
    expect(writes).toBe(start);
  });
});

test('F11: of what was created once, our labels and annotations are put back, and no others; an old view of it writes nothing', async () => {
  const mark = { 'offshoot.dev/preview-uid': 'uid-of-the-preview' };
  const ours: KubeObject = {
    ...aConfigMap('mended'),
    metadata: { name: 'mended', namespace, labels: { ...labels, enforce: 'baseline' }, annotations: mark },
  };
  const applier = newApplier();
  await applier.ensureCreated(ours);
  const loosened = { enforce: 'privileged', team: 'others', 'offshoot.dev/preview-uid': null };
  const edit = { metadata: { labels: loosened, annotations: { note: 'theirs' } } };
  const seen = await connection.cluster.patch<KubeObject>(refOf(ours), edit, { fieldManager: 'kubectl' });
  const { change } = await applier.ensureCreated(ours, seen);
  expect([change, (await live(ours)).metadata]).toMatchObject([
    'configured',
    {
      labels: { ...labels, enforce: 'baseline', team: 'others' },
      annotations: { ...mark, note: 'theirs' },
    },
  ]);
  const start = writes;
  expect((await applier.ensureCreated(ours, seen)).change).toBe('skipped');
  expect((await applier.ensureCreated(ours, await live(ours))).change).toBe('skipped');
  expect(writes).toBe(start);
  await connection.cluster.delete(refOf(ours));
  await connection.cluster.create({ ...ours, metadata: { ...ours.metadata, labels } });
  await expect(newApplier().ensureCreated(ours, seen)).rejects.toMatchObject({ code: 'Conflict' });
});

test('where nothing can be yet, nothing is asked; what is there all the same is not taken over', async () => {
  const before = requests;
  const { change } = await newApplier().ensure(aConfigMap('newborn'), undefined, { nowhere: true });
  expect([change, requests - before]).toEqual(['created', 1]);
  const strangers = { ...aConfigMap('quicker', { a: 'theirs' }), metadata: { name: 'quicker', namespace } };
  await connection.cluster.create(strangers, { fieldManager: 'stranger' });
  await expect(newApplier().ensure(aConfigMap('quicker'), undefined, { nowhere: true })).rejects.toThrow(
    expect.objectContaining({ code: 'Conflict' }),
  );
  expect((await live(strangers))['data']).toEqual({ a: 'theirs' });
});

/** As an autoscaler does; the answer is a Scale, which our client does not know. */
const scale = (object: KubeObject, fieldManager: string) =>
  connection.cluster
    .patch(refOf(object), { spec: { replicas: 2 } }, { fieldManager, subresource: 'scale' as 'status' })
    .catch((error: unknown) =>
      expect(error).toMatchObject({
        message: expect.stringContaining('it is not a Deployment') as string,
      }),
    );

describe('F10: drift is what happens to our own fields', () => {
  const rules = (port: number) => ({
    podSelector: {},
    egress: [{ ports: [{ protocol: 'TCP', port }] }],
    policyTypes: ['Egress'],
  });
  const aPolicy: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'fence', namespace, labels },
    spec: rules(53),
  };
  const aBinding: KubeObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'worker', namespace, labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'worker', namespace }],
  };
  const aService: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace, labels },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
  };
  const container = (image: string, more: object[] = []) => ({
    spec: {
      template: { spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }, ...more] } },
    },
  });
  const edit = (object: KubeObject, patch: unknown, fieldManager = 'somebody') =>
    connection.cluster.patch(refOf(object), patch, { fieldManager });
  const named = (object: KubeObject, name: string) => ({
    ...object,
    metadata: { ...object.metadata, name },
  });

  test.for<[string, KubeObject, (object: KubeObject) => Promise<unknown>]>([
    ['a scaled Deployment', aDeployment, (it) => scale(it, 'hpa')],
    ['an image', aDeployment, (it) => edit(it, container('web:2'))],
    ['an image, under our own name', aDeployment, (it) => edit(it, container('web:2'), MANAGER)],
    ['a label of ours', aDeployment, (it) => edit(it, { metadata: { labels: { app: null, ...labels } } })],
    ['a port of a Service', aService, (it) => edit(it, { spec: { ports: [{ name: 'http', port: 81 }] } })],
    ['an atomic list', aPolicy, (it) => edit(it, { spec: { egress: [{}] } })],
    ['an atomic list, longer', aPolicy, (it) => edit(it, { spec: { egress: [...rules(53).egress, {}] } })],
    ['subjects of a RoleBinding', aBinding, (it) => edit(it, { subjects: [] })],
    ['a key that is gone', aConfigMap('k', { a: '1', b: '2' }), (it) => edit(it, { data: { b: null } })],
    [
      'the whole book, and a value with it',
      aConfigMap('book'),
      (it) => edit(it, { metadata: { managedFields: [{}] }, data: { a: '2' } }),
    ],
  ])('%s is mended', async ([, object, change], { task }) => {
    const mine = named(object, `mend-${task.id.replaceAll(/[^a-z0-9]/g, '')}`);
    if (mine.kind === 'Deployment') mine.metadata.labels = { ...labels, app: 'web' };
    const applier = newApplier();
    const { object: first } = await applier.ensure(mine, undefined);
    await change(mine);
    const healed = await applier.ensure(mine, await live(mine));
    expect(healed.change).toBe('configured');
    for (const part of ['spec', 'data', 'subjects']) expect(healed.object[part]).toEqual(first[part]);
    expect(healed.object.metadata.labels).toEqual(mine.metadata.labels);
    expect((await applier.ensure(mine, await live(mine))).change).toBe('skipped');
  });

  test.for<[string, KubeObject, unknown]>([
    ['an annotation', aDeployment, { metadata: { annotations: { theirs: 'x' } } }],
    ['a label', aService, { metadata: { labels: { theirs: 'x' } } }],
    [
      'a container beside ours',
      aDeployment,
      container('web:1', [{ name: 'proxy', image: 'proxy:1', resources: {} }]),
    ],
    ['a key of their own', aConfigMap('beside'), { data: { theirs: 'x' } }],
  ])('%s that others add is theirs, and costs no write', async ([, object, patch], { task }) => {
    const mine = named(object, `theirs-${task.id.replaceAll(/[^a-z0-9]/g, '')}`);
    const applier = newApplier();
    await applier.ensure(mine, undefined);
    for (const round of [1, 2, 3]) {
      await edit(mine, patch, `somebody-${round}`);
      const start = writes;
      expect((await applier.ensure(mine, await live(mine))).change).toBe('skipped');
      expect(writes - start).toBe(0);
    }
  });
});

describe('F10: a war over an object', () => {
  /** Ten minutes, in which `attack` undoes whatever was done at once; gives the second of each change that got through. */
  async function war(object: KubeObject, attack: () => Promise<unknown>, wanted: string) {
    let at = 0;
    const applier = newApplier(() => at * 1_000);
    await applier.ensure(object, undefined);
    const rounds: number[] = [];
    let sent = 0;
    let seen;
    for (; at < 600; at += 4) {
      await attack();
      const found = await connection.cluster.get(refOf(object));
      const start = writes;
      const applied = await applier.ensure(object, found);
      sent += writes - start;
      if (applied.change === wanted) rounds.push(at);
      else expect(applied).toMatchObject({ change: 'contested' });
      seen = applied.contest;
    }
    return { applier, rounds, sent, seen, wait: (seconds: number) => (at += seconds) };
  }

  test('is fought at once three times and then ever more slowly, and says with whom', async () => {
    const mine: KubeObject = { ...aDeployment, metadata: { ...aDeployment.metadata, name: 'war' } };
    const { applier, rounds, sent, seen, wait } = await war(
      mine,
      () => scale(mine, 'kube-horizontal'),
      'configured',
    );
    expect(rounds.slice(0, 5)).toEqual([0, 4, 8, 20, 40]);
    expect(rounds.filter((at) => at >= 300 && at < 360)).toHaveLength(1);
    expect(sent, 'each round is one write').toBe(rounds.length);
    expect(seen).toMatchObject({ by: 'kube-horizontal', field: 'spec.replicas' });
    // Whoever wants something else of it is not kept waiting by somebody's war.
    const next = { ...mine, spec: { ...(mine['spec'] as object), replicas: 3 } };
    expect(await applier.ensure(next, await live(mine))).toMatchObject({ change: 'configured' });
    wait(120);
    expect((await applier.ensure(next, await live(mine))).contest).toBeUndefined();
    await scale(mine, 'kube-horizontal');
    const after = await applier.ensure(next, await live(mine));
    expect(after).toMatchObject({ change: 'configured', contest: undefined });
  }, 60_000);

  test('may be one of deletions', async () => {
    const mine = aConfigMap('deleted-again');
    const { rounds, seen } = await war(mine, () => connection.cluster.delete(refOf(mine)), 'created');
    expect(rounds.slice(0, 5)).toEqual([0, 4, 8, 20, 40]);
    expect(seen).toMatchObject({ by: undefined });
  }, 60_000);

  test('or over one that is not wanted', async () => {
    let at = 0;
    const applier = newApplier(() => at * 1_000);
    const theirs = aConfigMap('copied');
    const rounds: number[] = [];
    for (; at < 120; at += 4) {
      await connection.cluster
        .create(theirs, { fieldManager: 'copier' })
        .catch((error: { code?: string }) => expect(error.code).toBe('AlreadyExists'));
      const found = await live(theirs);
      const { change, contest } = await applier.discard(found);
      if (change === 'pruned') rounds.push(at);
      else expect(contest).toMatchObject({ by: 'copier' });
      // A cache that lags behind.
      if (at === 0) expect((await applier.discard(found)).contest).toBeUndefined();
    }
    expect(rounds).toEqual([0, 4, 8, 20, 40, 80]);
  });
});
