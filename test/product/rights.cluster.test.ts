import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { aSchemaDump } from '../support/a-schema-dump.ts';
import { auditOf, isCreation } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { startFakeKubelet } from '../support/product/fake-kubelet.ts';
import { granted, pairsOf } from '../support/product/granted.ts';
import { aHandMadePreview, withCredentials, withSlack } from '../support/product/manifests.ts';
import { ofEveryKind } from '../support/product/of-every-kind.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';

const world = aWorld('rights', { privately: true, spec: { ...withCredentials, ...withSlack } });
const ROLE = join(import.meta.dirname, '../../helm/offshoot/rbac/offshoot.yaml');
const [ONE, OTHER] = ['feature/one', 'feature/other'];

test('two previews side by side share no key and no password, and each binds rights in its own namespace only', async () => {
  const it = world();
  await it.push(ONE, OTHER);
  const values: Record<string, string>[] = [];
  for (const branch of [ONE, OTHER]) {
    await it.isMade(branch);
    const namespace = it.nameOf(branch);
    const keys = await it.admin.get({ kind: kinds.Secret, namespace, name: 'airflow-keys' });
    values.push(keys?.['data'] as Record<string, string>);
    const { items } = await it.admin.list<KubeObject & { subjects: { namespace: string }[] }>(
      kinds.RoleBinding,
      { namespace },
    );
    expect(items.flatMap(({ subjects }) => subjects.map((one) => one.namespace))).toEqual([
      namespace,
      namespace,
    ]);
  }
  const [one, other] = values as [Record<string, string>, Record<string, string>];
  expect(Object.keys(one)).toEqual([
    'api-secret-key',
    'database-password',
    'fernet-key',
    'jwt-secret',
    'synced-token',
  ]);
  const all = [...Object.values(one), ...Object.values(other)];
  expect(new Set(all).size).toBe(all.length);
  for (const value of all) expect(Buffer.from(value, 'base64').length).toBeGreaterThan(30);

  const clusterWide = (await it.admin.raw(
    'GET',
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  )) as {
    items: { subjects?: { namespace?: string }[] }[];
  };
  const namespaces = clusterWide.items.flatMap(({ subjects = [] }) =>
    subjects.map(({ namespace }) => namespace),
  );
  for (const branch of [ONE, OTHER]) expect(namespaces).not.toContain(it.nameOf(branch));
});

interface Rules {
  status: {
    resourceRules: { verbs: string[]; apiGroups: string[]; resources: string[]; resourceNames?: string[] }[];
  };
}

/** Everything that a ServiceAccount of `feature/one` may do in a namespace, cluster-wide rights included, as the API server says itself. */
async function rightsOf(account: string, namespace: string): Promise<string[]> {
  const home = world().nameOf(ONE);
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${home}`, 'system:authenticated'];
  const as = [
    `--as=system:serviceaccount:${home}:${account}`,
    ...groups.map((group) => `--as-group=${group}`),
  ];
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  };
  const answer = await world().cluster.kubectl(
    ['create', '-f', '-', '--output=json', '--validate=false', ...as],
    review,
  );
  const rules = (JSON.parse(answer) as Rules).status.resourceRules;
  return [...new Set(rules.flatMap(pairsOf))].sort();
}

/** What anybody may ask who is logged in. */
const ANYBODY = [
  'create selfsubjectreviews.authentication.k8s.io',
  'create selfsubjectaccessreviews.authorization.k8s.io',
  'create selfsubjectrulesreviews.authorization.k8s.io',
];
const PODS = ['get', 'list', 'watch', 'create', 'patch', 'delete'].map((verb) => `${verb} pods`);
const accounts: readonly [string, string[]][] = [
  ['airflow', [...PODS, 'get pods/log', 'list events', 'watch events']],
  ['worker', [...PODS, 'get pods/log', 'create pods/exec', 'get pods/exec', 'list events']],
];

test.for(accounts)(
  'ServiceAccount %s of a preview may do this in its namespace, and nothing at all anywhere else',
  async ([account, expected]) => {
    const it = world();
    expect(await rightsOf(account, it.nameOf(ONE))).toEqual([...ANYBODY, ...expected].sort());
    for (const elsewhere of [it.nameOf(OTHER), World.namespace, 'kube-system']) {
      expect(await rightsOf(account, elsewhere), `in ${elsewhere}`).toEqual([...ANYBODY].sort());
    }
  },
);

test('the token of a preview’s worker really opens nothing but pods', async () => {
  const it = world();
  const { kubectl, sandbox } = it.cluster;
  const [home, other] = [it.nameOf(ONE), it.nameOf(OTHER)];
  const token = (await kubectl(['create', 'token', 'worker', '--namespace', home])).trim();
  const as = (...args: string[]) =>
    // The administrator's certificate would be stronger than the token.
    kubectl([
      '--server',
      sandbox.server,
      '--kubeconfig',
      '/dev/null',
      '--insecure-skip-tls-verify',
      '--token',
      token,
      ...args,
    ]).then(
      () => 'yes',
      (error: Error) => error.message,
    );
  expect(await as('get', 'pods', '--namespace', home)).toBe('yes');
  expect(await as('get', 'secrets', '--namespace', home)).toContain('forbidden');
  expect(await as('get', 'pods', '--namespace', other)).toContain('forbidden');
  expect(await as('delete', 'networkpolicy', 'isolation', '--namespace', home)).toContain('forbidden');
  expect(
    await as(
      'patch',
      'resourcequota',
      'preview',
      '--namespace',
      home,
      '--type=merge',
      '--patch',
      '{"spec":{"hard":{"pods":"9"}}}',
    ),
  ).toContain('forbidden');
});

test('what an earlier version made and this one does not is removed, of every kind', async () => {
  const it = world();
  const namespace = it.nameOf(ONE);
  const { uid } = (await it.preview(ONE))!.metadata;
  const labels = { 'offshoot.dev/preview-uid': uid! };
  for (const object of ofEveryKind) {
    await it.admin.create({ ...object, metadata: { name: 'of-an-earlier-version', namespace, labels } });
  }
  await eventually(async () => {
    for (const { kind } of ofEveryKind) {
      const ref = {
        kind: Object.values(kinds).find((one) => one.kind === kind)!,
        namespace,
        name: 'of-an-earlier-version',
      };
      expect(await it.admin.get(ref), kind).toBeUndefined();
    }
  });
});

interface Pods {
  items: KubeObject[];
}
interface Events {
  items: (KubeObject & { reason: string; involvedObject: { name: string } })[];
}

test('a database whose pod is replaced is empty: its Airflow starts anew with it, once, and an Event says so', async () => {
  const it = world();
  const namespace = it.nameOf(ONE);
  const pods = async (part: string) => {
    const labelSelector = `app.kubernetes.io/component=${part}`;
    const { items }: Pods = await it.admin.list(kinds.Pod, { namespace, labelSelector });
    return items.filter(({ metadata }) => !metadata.deletionTimestamp);
  };
  const old = (await pods('airflow')).map(({ metadata }) => metadata.uid);
  expect(old).toHaveLength(1);
  // Of two pods that were made together neither has outlived the other: that is a matter of seconds.
  await eventually(async () => {
    const [made] = await pods('airflow');
    expect(Date.now() - Date.parse(made!.metadata.creationTimestamp!)).toBeGreaterThan(12_000);
  });
  const [database] = await pods('postgres');
  await it.admin.delete({ kind: kinds.Pod, namespace, name: database!.metadata.name });
  await eventually(async () => {
    const now = await pods('airflow');
    expect(now).toHaveLength(1);
    expect(old).not.toContain(now[0]!.metadata.uid);
  });
  await it.isMade(ONE);
  const { items }: Events = await it.admin.list(kinds.Event, { namespace: World.namespace });
  const told = items.filter(
    ({ reason, involvedObject }) => reason === 'DatabaseLost' && involvedObject.name === namespace,
  );
  expect(told).toHaveLength(1);
  const deleted = (await auditOf(it.cluster.sandbox.auditLog, USER)).filter(
    (one) => one.verb === 'delete' && one.resource === 'pods',
  );
  expect(deleted.map((one) => one.namespace)).toEqual([namespace]);
}, 60_000);

/** Granted, though no test of this file can show the need; each with the reason. */
const UNSEEN: Record<string, string> = {};

test('the shipped ClusterRole grants what Offshoot uses, and nothing that it does not', async () => {
  const it = world();
  const kubelet = await startFakeKubelet(it.cluster);
  const [maker] = await it.schemaPods();
  await kubelet.ran(maker!, { phase: 'Succeeded' }, aSchemaDump());
  await eventually(async () => expect(await it.schemaPods()).toEqual([]));
  const airflow = { namespace: it.nameOf(ONE), labelSelector: 'app.kubernetes.io/component=airflow' };
  const { items } = await it.admin.list(kinds.Pod, airflow);
  const gitSync = { name: 'git-sync', image: 'git-sync', imageID: '', ready: true, restartCount: 0 };
  const running = { initContainerStatuses: [{ ...gitSync, state: { running: {} } }] };
  await kubelet.ran(items[0]!, { phase: 'Running', ...running }, '');
  await it.push(ONE);
  await eventually(async () => {
    const all = await auditOf(it.cluster.sandbox.auditLog, USER);
    expect(all.some(({ resource }) => resource === 'pods/exec')).toBe(true);
  });
  // Nobody else could end it: its kubelet is none.
  const { name, namespace = '' } = items[0]!.metadata;
  await it.admin.delete({ kind: kinds.Pod, namespace, name }, { gracePeriodSeconds: 0 });
  await it.git.push('fix/by-hand');
  await it.admin.create(aHandMadePreview(World.namespace, 'mine', 'fix/by-hand'));
  await it.isMade('fix/by-hand', 'mine');
  await it.delete(ONE);
  await it.isGone(ONE);
  // What somebody takes away is asked for, since a stranger's may stand in its place, and made again.
  const ours = 'deployments,services,serviceaccounts,rolebindings,resourcequotas,limitranges,networkpolicies';
  const mark = '--selector=offshoot.dev/preview-uid';
  await it.cluster.kubectl(['delete', ours, mark, '--namespace', it.nameOf(OTHER), '--wait=false']);
  await eventually(async () => {
    const made = ['get', ours, mark, '--namespace', it.nameOf(OTHER), '--output=name'];
    const names = (await it.cluster.kubectl(made)).trim().split('\n');
    expect(names.map((name) => name.split('/')[0]!.split('.')[0])).toEqual(
      expect.arrayContaining(ours.split(',').map((plural) => plural.replace(/ies$/, 'y').replace(/s$/, ''))),
    );
  });
  const other = ['namespace', it.nameOf(OTHER)];
  await it.cluster.kubectl([
    'label',
    '--overwrite',
    ...other,
    'pod-security.kubernetes.io/enforce=privileged',
  ]);
  await eventually(async () => {
    const labels = (await it.namespaceOf(OTHER))?.metadata.labels;
    expect(labels?.['pod-security.kubernetes.io/enforce']).toBe('baseline');
  });
  await it.admin.delete({ kind: kinds.DagRepository, namespace: World.namespace, name: 'dags' });
  await it.isGone(OTHER);
  await eventually(async () => expect(await it.repository()).toBeUndefined());
  expect(await it.offshoot.stop(), 'what it held the lead by goes with it').toBe(0);
  await eventually(async () => {
    const all = await auditOf(it.cluster.sandbox.auditLog, USER);
    expect(all.filter(({ code }) => code === 403)).toEqual([]);
    // An apply onto nothing is a patch to look at, and needs the right to create as well.
    const used = new Set(
      all.flatMap((one) =>
        [one.verb, ...(isCreation(one) ? ['create'] : [])].map((verb) => `${verb} ${one.resource}`),
      ),
    );
    // What newer API servers ask for besides, when a GET becomes an exec.
    used.add('create pods/exec');
    // To bind a role is no request of its own: the RoleBindings are there, so it was allowed.
    used.add('bind clusterroles.rbac.authorization.k8s.io');
    const role = await granted(ROLE, 'offshoot');
    expect(role.filter((pair) => !used.has(pair) && !(pair in UNSEEN))).toEqual([]);
    expect(
      Object.keys(UNSEEN).filter((pair) => used.has(pair)),
      'seen after all',
    ).toEqual([]);
  });
  await kubelet.stop();
}, 120_000);

test('Offshoot may bind the two roles it ships and no other, and may not make itself stronger', async () => {
  const it = world();
  const as = async (verb: string, resource: string, group: string, name = '') => {
    const review = await it.admin.raw('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: USER,
          groups: ['system:authenticated'],
          resourceAttributes: { verb, resource, group, name },
        },
      },
    });
    return (review as { status: { allowed: boolean } }).status.allowed;
  };
  const rbac = 'rbac.authorization.k8s.io';
  expect(await as('bind', 'clusterroles', rbac, 'offshoot-worker')).toBe(true);
  for (const [verb, resource, name] of [
    ['bind', 'clusterroles', 'cluster-admin'],
    ['escalate', 'clusterroles', ''],
    ['create', 'clusterrolebindings', ''],
    ['create', 'clusterroles', ''],
    ['create', 'roles', ''],
  ] as const)
    expect(await as(verb, resource, rbac, name), `${verb} ${resource} ${name}`).toBe(false);
  expect(await as('impersonate', 'users', '')).toBe(false);
  expect(await as('*', '*', '*')).toBe(false);
});
