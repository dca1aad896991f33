import { expect, test } from 'vitest';
import { list } from '../../demo/kubectl.ts';
import { kinds } from '../../src/model/kinds.ts';
import { entryName, outboxConfigMap } from '../../src/notify/outbox.ts';
import { eventually } from '../support/product/eventually.ts';
import { GitHost } from '../support/product/git-host.ts';
import {
  aDagRepository,
  aNamespace,
  CHANNEL,
  secretNames,
  secretsIn,
  withSlack,
} from '../support/product/manifests.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { OutboxEntry } from '../../src/notify/api.ts';

const world = aWorld('outbox', { spec: withSlack });

const uid = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** An outbox entry as Offshoot itself would write it, but by somebody else. */
function forged(namespace: string, at: number, more: Partial<OutboxEntry> = {}): KubeObject {
  return outboxConfigMap({
    name: entryName('slack', uid(at)),
    namespace,
    uid: '',
    channel: 'slack',
    createdAt: new Date().toISOString(),
    previewUid: uid(at),
    announcement: { state: 'removed', repository: 'dags', branch: `forged-${at}` },
    to: { channel: CHANNEL, secretName: secretNames.slack },
    ...more,
  });
}

const refOf = ({ metadata }: KubeObject) => ({
  kind: kinds.ConfigMap,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

const saidOf = (text: string) =>
  world()
    .slack.messages(CHANNEL)
    .map(({ content }) => content.text)
    .filter((one) => one.includes(text));

test('F14: what others label as outbox is neither acted on nor deleted, and logged once for a namespace', async () => {
  const it = world();
  const strange = 'of-strangers';
  await it.cluster.kubectl(['apply', '-f', '-'], list([aNamespace(strange), ...secretsIn(strange)]));
  const old = { createdAt: '2020-01-01T00:00:00Z' };
  const misnamed = forged(World.namespace, 5, old);
  misnamed.metadata.name = 'a-name-of-its-own';
  const all = [
    forged('default', 1, old),
    forged('default', 2),
    forged(strange, 3, old),
    // Its namespace has the Secret and the label, but no DagRepository.
    forged(strange, 4),
    misnamed,
    { ...forged(World.namespace, 6), data: { entry: '{' } },
  ];
  const made = await Promise.all(all.map((one) => it.admin.create(one)));
  // Once as something new, once when everything is gone through at the start.
  await it.restart();
  // By the time that its own word is said, all that came before has been looked at.
  const branch = 'feature/told';
  await it.push(branch);
  await it.isMade(branch);
  await it.delete(branch);
  await it.isGone(branch);
  await eventually(() => expect(saidOf(branch)).toEqual([`Removed: ${branch}`]));

  for (const { metadata, ...rest } of made)
    expect((await it.admin.get(refOf({ metadata, ...rest })))?.metadata).toMatchObject({
      resourceVersion: metadata.resourceVersion,
    });
  expect(saidOf('forged-')).toEqual([]);
  const lines = it.offshoot.log.filter(({ msg }) => msg.includes('outbox label'));
  expect(lines.map(({ namespace }) => namespace).sort()).toEqual(['default', strange, World.namespace]);
  await eventually(async () => {
    const where = { namespace: World.namespace, labelSelector: 'offshoot.dev/outbox' };
    const left = (await it.admin.list(kinds.ConfigMap, where)).items.map(({ metadata }) => metadata.name);
    expect(left.sort(), 'its own entry is gone').toEqual(['a-name-of-its-own', entryName('slack', uid(6))]);
  });
}, 120_000);

test('a farewell is said even if the DagRepository is gone by the time that Slack answers again', async () => {
  const it = world();
  const [namespace, name, branch] = ['leaving', 'leaving', 'feature/farewell'];
  await it.cluster.kubectl(['apply', '-f', '-'], list([aNamespace(namespace), ...secretsIn(namespace)]));
  const host = await GitHost.start(`${it.cluster.folder}/leaving`);
  await host.push(branch);
  await it.admin.create(aDagRepository({ namespace, name, gitUrl: host.url, spec: withSlack }));
  await eventually(() => expect(saidOf(branch)).toEqual([expect.stringMatching(/^Preparing/)]));
  it.slack.behave({ status: 500 });
  const ref = { kind: kinds.DagRepository, namespace, name };
  await it.admin.delete(ref);
  await eventually(async () => expect(await it.admin.get(ref)).toBeUndefined(), 60);
  it.slack.behave({});
  await eventually(() => expect(saidOf(branch)).toEqual([`Removed: ${branch}`]), 60);
  await eventually(async () => {
    const where = { namespace, labelSelector: 'offshoot.dev/outbox' };
    expect((await it.admin.list(kinds.ConfigMap, where)).items).toEqual([]);
  });
  await host.stop();
}, 120_000);
