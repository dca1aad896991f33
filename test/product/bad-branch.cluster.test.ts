import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { FINALIZER, label } from '../../src/model/labels.ts';
import { openMark } from '../../src/model/preview.ts';
import { eventually } from '../support/product/eventually.ts';
import { aHandMadePreview } from '../support/product/manifests.ts';
import { statusOf, tell } from '../support/product/webhooks.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';

const world = aWorld('bad-branch', {
  spec: { branches: { include: ['**'], exclude: ['main'] }, resyncInterval: '5s' },
});
const { namespace } = World;
const CRD = join(import.meta.dirname, '../../helm/offshoot/crd');

/** What the DagRepository says; it is Ready all the while. */
async function says(reason: string, message: RegExp, refused?: number): Promise<void> {
  await eventually(async () => {
    const { status } = (await world().repository())!;
    expect(findCondition(status?.conditions, 'Ready')).toMatchObject({
      status: 'True',
      reason,
      message: expect.stringMatching(message) as string,
    });
    expect(status?.refused).toBe(refused);
  }, 45);
}

const isFollowed = () => says('Ready', /previews follow its branches/);
const exists = (branch: string) =>
  eventually(async () => expect((await world().preview(branch))?.status?.branch?.head).toBeDefined());

test('F1: a branch that the schema does not take keeps no other from being made, and none from going', async () => {
  const it = world();
  await it.git.push('feature/before');
  await exists('feature/before');

  const [head] = await it.git.push('refs/heads/x');
  const [push] = await tell(it.route(), { ref: 'refs/heads/refs/heads/x', after: head!, only: ['push'] });
  expect(statusOf(push!)).toBe(202);
  await says('BranchesRefused', /^1 branch cannot be followed.* refs\/heads\/x: .*without refs\/heads\//, 1);

  await it.git.remove('feature/before');
  await it.isGone('feature/before'); // nobody told
  const seven = Array.from({ length: 7 }, (_, at) => `feature/at-once-${at}`);
  await it.push(...seven);
  for (const branch of seven) await exists(branch);
  await says('BranchesRefused', /refs\/heads\/x/, 1);

  // A mark that nobody has handled yet would excuse for a minute that its branch is not seen.
  await eventually(async () => {
    for (const branch of seven) expect(openMark((await it.preview(branch))!), branch).toBeUndefined();
  });
  await it.git.remove('refs/heads/x', ...seven);
  await it.isGone(...seven);
  await isFollowed();
}, 180_000);

test('F2: a quota on Previews keeps those out that are over it, and nobody else waits', async () => {
  const it = world();
  const quota = (count: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'previews', namespace },
    spec: { hard: { 'count/previews.offshoot.dev': count } },
  });
  const ref = { kind: kinds.ResourceQuota, namespace, name: 'previews' };
  await it.admin.create(quota('3'));
  onTestFinished(async () => void (await it.admin.delete(ref)));
  // Until the quota controller has found out about our kinds, it lets nobody in.
  await eventually(async () => {
    expect((await it.admin.get(ref))?.['status']).toMatchObject({
      used: { 'count/previews.offshoot.dev': '0' },
    });
  }, 90);
  const five = ['a', 'b', 'c', 'd', 'e'].map((name) => `feature/quota-${name}`);
  await it.git.push(...five);
  await says('BranchesRefused', /^2 branches cannot be followed.*exceeded quota: previews/, 2);
  const there = (await it.previews()).map(({ spec }) => spec.branch);
  expect(there).toHaveLength(3);
  for (const branch of there) await exists(branch);

  // A delivery of one that is kept out is answered, and leaves its mark where it can.
  const [out] = five.filter((branch) => !there.includes(branch));
  const before = (await it.repository())!.metadata.annotations;
  await it.push(out!);
  expect((await it.repository())!.metadata.annotations).not.toEqual(before);

  await it.git.remove(...there);
  await it.isGone(...there);
  for (const branch of five.filter((one) => !there.includes(one))) await exists(branch); // there is room now
  await isFollowed();
  await it.git.remove(...five.filter((one) => !there.includes(one)));
}, 240_000);

test('F8: a Preview on the name that belongs to another branch is named, not marked, and in the way until it goes', async () => {
  const it = world();
  const victim = 'feature/victim';
  await it.admin.create(aHandMadePreview(namespace, it.nameOf(victim), 'feature/other'));
  const [head] = await it.git.push(victim);
  const deliveries = await tell(it.route(), { ref: `refs/heads/${victim}`, after: head! });
  expect(deliveries.map(statusOf)).toEqual(deliveries.map(() => 202));
  await says(
    'BranchesRefused',
    /feature\/victim: Preview team\/dags-feature-victim-.* is for branch feature\/other/,
    1,
  );
  const thief = await it.preview(victim);
  expect(thief).toMatchObject({ spec: { branch: 'feature/other' } });
  expect(openMark(thief!), 'its own branch was not asked about').toBeUndefined();

  await it.admin.delete({ kind: kinds.Preview, namespace, name: it.nameOf(victim) });
  await eventually(async () => expect((await it.preview(victim))?.spec.branch).toBe(victim));
  await exists(victim);
  await isFollowed();
  await it.git.remove(victim);
}, 120_000);

test('F8: of two Previews of one branch, the second says that the namespace is taken, and takes nothing until the first goes', async () => {
  const it = world();
  const branch = 'feature/twice';
  await it.push(branch);
  const first = await it.isMade(branch);
  const before = (await it.namespaceOf(branch))!;
  const second = aHandMadePreview(namespace, 'second', branch);
  const isTaken = () =>
    eventually(async () =>
      expect(findCondition((await it.preview('', 'second'))?.status?.conditions, 'Ready')).toMatchObject({
        status: 'False',
        reason: 'NamespaceTaken',
      }),
    );
  await it.admin.create(second);
  await isTaken();
  await it.admin.delete({ kind: kinds.Preview, namespace, name: 'second' });
  await eventually(async () => expect(await it.preview('', 'second')).toBeUndefined());
  const { metadata } = (await it.namespaceOf(branch))!;
  expect([metadata.uid, metadata.labels, metadata.deletionTimestamp]).toEqual([
    before.metadata.uid,
    before.metadata.labels,
    undefined,
  ]);

  const { metadata: next } = await it.admin.create(second);
  await isTaken();
  await it.admin.delete({ kind: kinds.Preview, namespace, name: first.metadata.name });
  await eventually(async () => {
    expect((await it.namespaceOf(branch))?.metadata.labels?.[label.previewUid]).toBe(next.uid);
  }, 60);
  expect(await it.preview(branch), 'the branch has a Preview, by another name').toBeUndefined();
  await it.admin.delete({ kind: kinds.Preview, namespace, name: 'second' });
  await it.git.remove(branch);
  await it.isGone(branch);
}, 180_000);

test('F6: a Preview whose branch holds a NUL, made before the schema refused it, stops nothing', async () => {
  const it = world();
  await it.push('feature/heard', 'feature/unheard');
  await exists('feature/heard');
  await exists('feature/unheard');
  const crd = JSON.parse(
    await it.cluster.kubectl(['get', 'crd', 'previews.offshoot.dev', '--output=json']),
  ) as KubeObject;
  const lax = structuredClone(crd) as unknown as Definition;
  delete lax.spec.versions[0]!.schema.openAPIV3Schema.properties.spec.properties.branch[
    'x-kubernetes-validations'
  ];
  await it.cluster.kubectl(['replace', '-f', '-'], {
    ...lax,
    metadata: { ...crd.metadata, resourceVersion: undefined },
  });
  const nul = aHandMadePreview(namespace, 'nul', 'a\0b');
  // As a delivery made it for an older Offshoot.
  const made = { labels: { [label.madeBy]: 'intake' }, finalizers: [FINALIZER] };
  await eventually(() => it.admin.create({ ...nul, metadata: { ...nul.metadata, ...made } }));
  await it.cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', CRD]);

  await it.delete('feature/heard');
  await it.git.remove('feature/unheard');
  await it.isGone('feature/heard', 'feature/unheard');
  await it.git.push('feature/after');
  await exists('feature/after');
  await isFollowed();
  await it.admin.delete({ kind: kinds.Preview, namespace, name: 'nul' });
  await eventually(async () => expect(await it.preview('', 'nul')).toBeUndefined());
}, 180_000);

interface Definition {
  spec: {
    versions: {
      schema: {
        openAPIV3Schema: {
          properties: { spec: { properties: { branch: { 'x-kubernetes-validations'?: unknown } } } };
        };
      };
    }[];
  };
}

test('a Conflict on a mark is tried again within the delivery', async () => {
  const it = world();
  await exists('feature/after');
  let conflicts = 2;
  it.proxy.decide(({ method, path }) =>
    method === 'PATCH' && path.endsWith(it.nameOf('feature/after')) && conflicts-- > 0
      ? { status: 409 }
      : 'pass',
  );
  await it.git.remove('feature/after');
  const [push] = await tell(it.route(), {
    ref: 'refs/heads/feature/after',
    before: 'a'.repeat(40),
    only: ['delete'],
  });
  it.proxy.decide(() => 'pass');
  expect(statusOf(push!)).toBe(202);
  expect(conflicts).toBeLessThanOrEqual(0);
  await it.isGone('feature/after');
}, 90_000);
