import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { list } from '../../demo/kubectl.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { annotation, label } from '../../src/model/labels.ts';
import { previewName } from '../../src/model/names.ts';
import { createTools } from '../../src/operator/tools.ts';
import { auditOf, isWrite } from '../support/product/audit.ts';
import { USER } from '../support/product/cluster.ts';
import { eventually } from '../support/product/eventually.ts';
import { aDagRepository, aNamespace, secretsIn, withSlack } from '../support/product/manifests.ts';
import { everything, leftSince } from '../support/product/snapshots.ts';
import { aWorld } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview } from '../../src/model/preview.ts';

const world = aWorld('leftovers', { spec: { branches: { include: ['feature/**'] } } });

const MARKS = [label.previewUid, label.managedBy, label.preview, label.repository];
const NOTES = [annotation.branch, annotation.repository, annotation.preview, annotation.previewUid];

/** As hands do it that know no better. */
const strip = (what: 'label' | 'annotate', namespace: string, keys: string[]) =>
  world().cluster.kubectl([what, 'namespace', namespace, ...keys.map((key) => `${key}-`)]);

/** Without its finalizer, a Preview goes and leaves everything behind. */
async function goesWithout(preview: Preview): Promise<void> {
  const { namespace = '', name } = preview.metadata;
  const ref = { kind: kinds.Preview, namespace, name };
  await world().admin.patch(ref, { metadata: { finalizers: null } }, { fieldManager: 'test' });
  await world().admin.delete(ref);
  await eventually(async () => expect(await world().preview(preview.spec.branch)).toBeUndefined());
}

async function secretOf(branch: string): Promise<KubeObject | undefined> {
  return world().admin.get({ kind: kinds.Secret, namespace: world().nameOf(branch), name: 'airflow-keys' });
}

const ready = async (branch: string) =>
  findCondition((await world().preview(branch))?.status?.conditions, 'Ready');
const orphaned = async () => findCondition((await world().repository())?.status?.conditions, 'Orphaned');

async function orphansCounted(): Promise<string | undefined> {
  const text = await (await fetch(`${world().offshoot.metrics}/metrics`)).text();
  return /^offshoot_orphaned_namespaces (\d+)$/m.exec(text)?.[1];
}

/** Made anew: another namespace, other Secrets, for this Preview. */
async function isMadeAnew(branch: string, before: { namespace: KubeObject; secret: KubeObject }) {
  await eventually(async () => {
    const namespace = await world().namespaceOf(branch);
    expect(namespace?.metadata.uid).toBeDefined();
    expect(namespace?.metadata.uid).not.toBe(before.namespace.metadata.uid);
    expect(namespace?.metadata.labels?.[label.previewUid]).toBe(
      (await world().preview(branch))?.metadata.uid,
    );
    const secret = await secretOf(branch);
    expect(secret?.['data']).toBeDefined();
    expect(secret?.['data']).not.toEqual(before.secret['data']);
  }, 120);
  await world().isMade(branch);
}

async function made(branch: string) {
  await world().push(branch);
  const preview = await world().isMade(branch);
  const namespace = (await world().namespaceOf(branch))!;
  const secret = (await eventually(async () => {
    const found = await secretOf(branch);
    expect(found).toBeDefined();
    return found;
  }))!;
  return { preview, namespace, secret };
}

test('F11: what belongs to us on the namespace is put back, what others wrote stays, and it is written once', async () => {
  const it = world();
  const branch = 'feature/loosened';
  const { namespace } = await made(branch);
  const { name, labels, annotations } = namespace.metadata;
  const { length } = await auditOf(it.cluster.sandbox.auditLog, USER);
  await it.cluster.kubectl([
    'label',
    '--overwrite',
    'namespace',
    name,
    'pod-security.kubernetes.io/enforce=privileged',
    'pod-security.kubernetes.io/warn-',
    `${label.managedBy}=helm`,
    'team=others',
  ]);
  await it.cluster.kubectl([
    'annotate',
    '--overwrite',
    'namespace',
    name,
    `${annotation.repository}=evil/dags`,
    'example.com/owner=others',
  ]);
  await eventually(async () => {
    const { metadata } = (await it.namespaceOf(branch))!;
    expect(metadata.labels).toEqual({ ...labels, team: 'others' });
    expect(metadata.annotations).toEqual({ ...annotations, 'example.com/owner': 'others' });
    expect(metadata.uid).toBe(namespace.metadata.uid);
  });
  await it.isMade(branch);
  const since = (await auditOf(it.cluster.sandbox.auditLog, USER)).slice(length);
  const patches = since.filter((one) => isWrite(one) && one.resource === 'namespaces');
  expect(patches.map(({ verb }) => verb)).toEqual(patches.map(() => 'patch'));
  // One for each of the two edits at most.
  expect(patches.length).toBeLessThanOrEqual(2);
  await it.delete(branch);
  await it.isGone(branch);
});

test('F9: a label that somebody takes away is put back, and the branch’s end takes everything along', async () => {
  const it = world();
  const before = await everything(it);
  const branch = 'feature/unlabelled';
  const { preview } = await made(branch);
  const name = it.nameOf(branch);
  await strip('label', name, MARKS);
  await eventually(async () =>
    expect((await it.namespaceOf(branch))?.metadata.labels?.[label.previewUid]).toBe(preview.metadata.uid),
  );
  // Without the annotations the label alone is enough, and brings them back.
  await strip('annotate', name, NOTES);
  await eventually(async () =>
    expect((await it.namespaceOf(branch))?.metadata.annotations?.[annotation.previewUid]).toBe(
      preview.metadata.uid,
    ),
  );

  await it.offshoot.kill();
  await strip('label', name, MARKS);
  await it.git.remove(branch);
  await it.restart();
  await it.isGone(branch);
  await eventually(async () => expect(leftSince(before, await everything(it))).toEqual([]), 30);
}, 120_000);

test('F9: a namespace that lost label and annotations is told about, not removed and not forgotten', async () => {
  const it = world();
  const branch = 'feature/unmarked';
  await made(branch);
  const name = it.nameOf(branch);
  await it.offshoot.kill();
  await strip('label', name, MARKS);
  await strip('annotate', name, NOTES);
  await it.git.remove(branch);
  await it.restart();
  await eventually(async () => {
    const said = await ready(branch);
    expect(said).toMatchObject({ status: 'False', reason: 'RemovalStuck' });
    expect(said?.message).toContain(`namespace ${name}`);
    expect(said?.message).toMatch(/kubectl label --overwrite namespace .* offshoot\.dev\/preview-uid=/);
  });
  expect((await it.namespaceOf(branch))?.metadata.deletionTimestamp).toBeUndefined();
  expect(await secretOf(branch)).toBeDefined();

  const uid = (await it.preview(branch))?.metadata.uid;
  await it.cluster.kubectl(['label', '--overwrite', 'namespace', name, `${label.previewUid}=${uid}`]);
  await it.isGone(branch);
}, 120_000);

test('F9: what Previews left behind is named, and removed once it is proven; a branch that is there is made anew', async () => {
  const it = world();
  const before = await everything(it);
  const [stays, restored, goes, ofOld] = ['feature/stays', 'feature/restored', 'feature/goes', 'feature/old'];
  const first = await made(stays);
  const second = await made(restored);
  const third = await made(goes);
  const fourth = await made(ofOld);
  // Bears a label of ours, and nothing proves whose it was.
  const labels = { [label.previewUid]: 'of-nobody', [label.managedBy]: 'offshoot' };
  const doubtful = { ...aNamespace('doubtful'), metadata: { name: 'doubtful', labels } };
  await it.offshoot.kill();
  for (const { preview } of [first, second, third, fourth]) await goesWithout(preview);
  await it.git.remove(goes, ofOld);
  // As versions before the annotations made it.
  await strip('annotate', it.nameOf(ofOld), NOTES.slice(1));
  await it.admin.create(doubtful);
  // A backup brings everything back but the uid.
  const { uid: _, resourceVersion: __, ...metadata } = second.preview.metadata;
  const { status: ___, ...backup } = second.preview;
  await it.admin.create({ ...backup, metadata });
  await it.restart();

  const names = [stays, restored, goes, ofOld].map((branch) => `${it.nameOf(branch)} (${branch})`);
  await eventually(async () => {
    for (const branch of [stays, restored])
      expect(await ready(branch)).toMatchObject({ status: 'False', reason: 'NamespaceOrphaned' });
    const said = await orphaned();
    expect(said).toMatchObject({ status: 'True', reason: 'NamespaceOrphaned' });
    for (const name of names) expect(said?.message).toContain(name);
    expect(await orphansCounted()).toBe('5');
  });
  const flags = () => ({ kubeconfig: it.cluster.sandbox.kubeconfig, slackApiUrl: it.slack.apiUrl });
  const { out = '' } = await doctor.run(createTools({ environment: {}, flags }), [], {});
  for (const branch of [stays, restored, goes, ofOld])
    expect(out).toContain(
      `✗ namespace ${it.nameOf(branch)} was left behind by a Preview that no longer exists`,
    );
  expect(out).toContain('✗ namespace doubtful carries Offshoot’s label or annotation');

  await eventually(async () => {
    for (const branch of [goes, ofOld]) expect(await it.namespaceOf(branch)).toBeUndefined();
  }, 120);
  await isMadeAnew(stays, first);
  await isMadeAnew(restored, second);
  await eventually(async () => {
    expect(await orphaned()).toBeUndefined();
    expect(await orphansCounted()).toBe('1');
  });
  const told = it.offshoot.log.filter(({ msg }) => msg.startsWith('namespace left behind'));
  expect(told).toHaveLength(5);

  await it.delete(stays, restored);
  await it.isGone(stays, restored);
  expect(
    (await it.admin.get({ kind: kinds.Namespace, name: 'doubtful' }))?.metadata.deletionTimestamp,
  ).toBeUndefined();
  await it.admin.delete({ kind: kinds.Namespace, name: 'doubtful' });
  await eventually(async () => {
    expect(leftSince(before, await everything(it))).toEqual([]);
    expect(await orphansCounted()).toBe('0');
  }, 60);
}, 300_000);

test('F9: nothing is an orphan because a list of Previews comes late', async () => {
  const it = world();
  const branch = 'feature/late';
  const { namespace } = await made(branch);
  it.proxy.decide(async ({ method, path }) => {
    if (method === 'GET' && path.endsWith('/previews')) await wait(2_000);
    return 'pass' as const;
  });
  await it.restart();
  it.proxy.decide(() => 'pass');
  await it.isMade(branch);
  expect(await orphansCounted()).toBe('0');
  expect((await it.namespaceOf(branch))?.metadata.uid).toBe(namespace.metadata.uid);
  await it.delete(branch);
  await it.isGone(branch);
});

test('F23: a team’s namespace that is deleted goes, though Slack was to be told', async () => {
  const it = world();
  const name = 'doomed';
  await it.git.push('doomed/one');
  await it.cluster.kubectl(['apply', '-f', '-'], list([aNamespace(name), ...secretsIn(name)]));
  const spec = { ...withSlack, branches: { include: ['doomed/*'] } };
  await it.admin.create(aDagRepository({ namespace: name, name, gitUrl: it.git.url, spec }));
  const preview = previewName(name, name, 'doomed/one');
  const ref = { kind: kinds.Preview, namespace: name, name: preview };
  await eventually(async () => {
    const conditions = (await it.admin.get<Preview>(ref))?.status?.conditions;
    expect(findCondition(conditions, 'Ready')?.reason).toBe('DatabaseStarting');
  });
  await it.admin.delete({ kind: kinds.Namespace, name });
  await eventually(async () => {
    expect(await it.admin.get({ kind: kinds.Namespace, name: preview })).toBeUndefined();
    expect(await it.admin.get({ kind: kinds.Namespace, name })).toBeUndefined();
  }, 60);
  const told = it.offshoot.log.filter(({ msg }) =>
    msg.startsWith('notify: could not write the outbox entry'),
  );
  expect(told).toEqual([expect.objectContaining({ code: 'NamespaceGone', branch: 'doomed/one' })]);
}, 120_000);
