import { expect, onTestFinished, test } from 'vitest';
import { list } from '../../demo/kubectl.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { label } from '../../src/model/labels.ts';
import { eventually } from '../support/product/eventually.ts';
import { aWorld, World } from '../support/product/world.ts';

const world = aWorld('policies');
/** What a cluster's policy may take to be in force, and what it may take until its end is noticed. */
const SECONDS = 20;

interface Policy {
  name: string;
  group?: string;
  resource: string;
  /** CEL: what an object has to be like. */
  demand: string;
  /** CEL: which objects it concerns; without it, all of previews. */
  only?: string;
  message: string;
}

/** Puts a policy into force for the objects of previews; the function that comes back lifts it. */
async function inForce({ name, group = '', resource, demand, only, message }: Policy) {
  const { kubectl } = world().cluster;
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const ofPreviews = resource === 'namespaces' ? 'object.metadata.name' : 'object.metadata.namespace';
  const rule = {
    apiGroups: [group],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: [resource],
  };
  const policy = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: [rule] },
      matchConditions: [
        { name: 'previews', expression: `${ofPreviews}.startsWith('dags-')` },
        ...(only ? [{ name: 'only', expression: only }] : []),
      ],
      validations: [{ expression: demand, message }],
    },
  };
  const binding = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  };
  await kubectl(['apply', '-f', '-'], list([policy, binding]));
  let lifted = false;
  const lift = async () => {
    if (lifted) return;
    lifted = true;
    await kubectl(['delete', 'validatingadmissionpolicies,validatingadmissionpolicybindings', name]);
  };
  onTestFinished(lift);
  return lift;
}

/** Pushes branches until the policy holds one of them up, since the API server takes a moment to heed it; that one comes back. */
async function heldUp(name: string, message: RegExp): Promise<string> {
  const it = world();
  for (let attempt = 0; attempt < 5; attempt++) {
    const branch = `feature/${name}-${attempt}`;
    await it.push(branch);
    const ready = () =>
      it.preview(branch).then((preview) => findCondition(preview?.status?.conditions, 'Ready'));
    const refused = await eventually(async () => {
      expect(await ready()).toMatchObject({
        reason: 'Refused',
        message: expect.stringMatching(message) as string,
      });
      return true;
    }, SECONDS).catch(() => false);
    if (refused) return branch;
    // Without a kubelet it would be updated for ever, and a rollout takes two at a time.
    await it.delete(branch);
    await it.isGone(branch);
  }
  throw new Error(`no preview was ever held up by ${name}`);
}

/** The pods of Airflow and its database are there, as far as they can be without a kubelet. */
const hasPods = (branch: string, seconds = SECONDS) =>
  eventually(async () => {
    const { items } = await world().admin.list(kinds.Pod, { namespace: world().nameOf(branch) });
    const parts = items.map(({ metadata }) => metadata.labels?.[label.part]);
    expect(parts.sort()).toEqual(['airflow', 'postgres']);
  }, seconds);

async function heals(branch: string) {
  await hasPods(branch);
  await world().isMade(branch);
  await world().delete(branch);
}

const limited = (containers: string, resource: string) =>
  `${containers}.all(c, has(c.resources) && has(c.resources.limits) && '${resource}' in c.resources.limits)`;

test.each<Policy>([
  {
    name: 'namespace-label',
    resource: 'namespaces',
    demand: `has(object.metadata.labels) && 'cost-center' in object.metadata.labels`,
    message: 'every namespace must carry the label cost-center',
  },
  {
    name: 'deployment-limits',
    group: 'apps',
    resource: 'deployments',
    demand: limited('object.spec.template.spec.containers', 'cpu'),
    message: 'every container of a Deployment must limit its CPU',
  },
  {
    name: 'service-account-annotation',
    resource: 'serviceaccounts',
    only: `object.metadata.name == 'worker'`,
    demand: `has(object.metadata.annotations) && 'eks.amazonaws.com/role-arn' in object.metadata.annotations`,
    message: 'a ServiceAccount must name its role',
  },
  {
    name: 'user-range',
    resource: 'pods',
    demand: `!has(object.spec.securityContext.runAsUser) || object.spec.securityContext.runAsUser >= 1000680000`,
    message: 'runAsUser must be in the ranges [1000680000, 1000689999]',
  },
])(
  'what $name demands is told in its own words, and over once it is lifted',
  async (policy) => {
    const lift = await inForce(policy);
    const words = policy.message.replace(/[.[\]]/g, '\\$&');
    const branch = await heldUp(policy.name, new RegExp(words));
    await lift();
    await heals(branch);
  },
  180_000,
);

test('a policy on users is met where the cluster assigns them', async () => {
  await inForce({
    name: 'any-user',
    resource: 'pods',
    demand: [
      '!has(object.spec.securityContext.runAsUser) && !has(object.spec.securityContext.fsGroup)',
      'object.spec.containers.all(c, !has(c.securityContext.runAsUser))',
    ].join(' && '),
    message: 'pods must run as the users that are assigned to their namespace',
  });
  const branch = await heldUp('any-user', /A pod was refused: .*must run as the users that are assigned/);
  await world().restart('--user-ids', 'assigned');
  // Whoever was killed leads on until its Lease has run out.
  await hasPods(branch, 90);
  await world().restart();
  await world().delete(branch);
}, 180_000);

test('a quota that counts limits of CPU gives them to every container, and so also meets a policy on pods', async () => {
  await inForce({
    name: 'pod-limits',
    resource: 'pods',
    demand: ['cpu', 'memory'].map((one) => limited('object.spec.containers', one)).join(' && '),
    message: 'every container of a pod must limit its CPU and its memory',
  });
  const branch = await heldUp('pod-limits', /A pod was refused: .*every container of a pod must limit/);
  const it = world();
  const ref = { kind: kinds.DagRepository, namespace: World.namespace, name: 'dags' };
  const quota = { 'limits.memory': '16Gi', 'limits.cpu': 16, pods: 40 };
  const { quota: before } = (await it.repository())!.spec;
  const none = Object.fromEntries(Object.keys(before).map((resource) => [resource, null]));
  await it.admin.patch(ref, { spec: { quota: { ...none, ...quota } } }, { fieldManager: 'the-test' });
  await hasPods(branch);
  await it.isMade(branch);
  const counted = await it.admin.get({
    kind: kinds.ResourceQuota,
    namespace: it.nameOf(branch),
    name: 'preview',
  });
  expect(counted?.['spec']).toEqual({ hard: { 'limits.memory': '16Gi', 'limits.cpu': '16', pods: '40' } });
  await it.delete(branch);
  await it.admin.patch(
    ref,
    { spec: { quota: { 'limits.cpu': null, ...before } } },
    { fieldManager: 'the-test' },
  );
}, 180_000);

test('another quota in the namespace of a preview that counts limits of CPU is told with what to do', async () => {
  const it = world();
  await it.push('feature/projects-quota');
  await it.isMade('feature/projects-quota');
  const namespace = it.nameOf('feature/projects-quota');
  await it.admin.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'project', namespace },
    spec: { hard: { 'limits.cpu': '16' } },
  });
  await eventually(async () => {
    for (const { metadata } of (await it.admin.list(kinds.Pod, { namespace })).items)
      await it.admin.delete({ kind: kinds.Pod, namespace, name: metadata.name });
    const preview = await it.preview('feature/projects-quota');
    expect(findCondition(preview?.status?.conditions, 'Ready')).toMatchObject({
      reason: 'Refused',
      message: expect.stringMatching(/must specify limits\.cpu .*: set limits\.cpu in spec\.quota/) as string,
    });
  }, 60);
  await it.delete('feature/projects-quota');
}, 120_000);
