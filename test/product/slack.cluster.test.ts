import { expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { kinds } from '../../src/model/kinds.ts';
import { eventually } from '../support/product/eventually.ts';
import { CHANNEL, withSlack } from '../support/product/manifests.ts';
import { aWorld, World } from '../support/product/world.ts';
import type { SlackMood } from '../../demo/slack/slack.ts';

const world = aWorld('slack', { spec: withSlack });

const messagesOf = (branch: string) =>
  world()
    .slack.messages(CHANNEL)
    .filter(({ content }) => content.text.includes(branch));

const notified = async (branch: string) =>
  findCondition((await world().preview(branch))?.status?.conditions, 'Notified');

const outbox = async () =>
  (
    await world().admin.list(kinds.ConfigMap, {
      namespace: World.namespace,
      labelSelector: 'offshoot.dev/outbox',
    })
  ).items;

test('one message tells of a branch, from its first sight to its end', async () => {
  const it = world();
  const branch = 'feature/told';
  await it.push(branch);
  await it.isMade(branch);
  await eventually(() =>
    expect(messagesOf(branch).map(({ content }) => content.text)).toEqual([
      expect.stringMatching(/^Preparing feature\/told…/),
    ]),
  );
  await it.delete(branch);
  await it.isGone(branch);
  await eventually(() =>
    expect(messagesOf(branch).map(({ content }) => content.text)).toEqual(['Removed: feature/told']),
  );
  expect(messagesOf(branch)[0]!.versions.length).toBeGreaterThanOrEqual(2);
  await eventually(async () => expect(await outbox()).toEqual([]));
});

test('a branch that is renamed is one that goes and another that comes, and both are told', async () => {
  const it = world();
  const [was, is] = ['feature/was', 'feature/is'];
  await it.push(was);
  const before = await it.isMade(was);
  await eventually(() => expect(messagesOf(was)).toHaveLength(1));
  await it.delete(was);
  await it.push(is);
  const after = await it.isMade(is);
  await it.isGone(was);
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
  await eventually(() => {
    expect(messagesOf(was).map(({ content }) => content.text)).toEqual([`Removed: ${was}`]);
    expect(messagesOf(is).map(({ content }) => content.text)).toEqual([
      expect.stringMatching(/^Preparing feature\/is/),
    ]);
  });
});

const moods: readonly [string, SlackMood][] = [
  ['does not work', { status: 500 }],
  ['asks for patience', { status: 429, retryAfterSeconds: 2 }],
  ['never answers in time', { delayMs: 60_000 }],
];

test.for(moods)(
  'while Slack %s previews come and go as ever; then it hears the truth, once',
  { timeout: 120_000 },
  async ([, mood], { task }) => {
    const it = world();
    const id = task.id.replaceAll(/[^a-z0-9]/g, '');
    const [gone, there] = [`feature/gone-${id}`, `feature/there-${id}`];
    it.slack.behave(mood);
    await it.push(gone, there);
    await it.isMade(gone);
    await it.isMade(there);
    await it.delete(gone);
    // The Preview does not wait for Slack; what is still to be said does.
    await it.isGone(gone);
    expect(await outbox()).toHaveLength(1);
    expect(messagesOf(gone)).toEqual([]);

    it.slack.behave({});
    await eventually(async () => {
      expect(messagesOf(gone).map(({ content }) => content.text)).toEqual([`Removed: ${gone}`]);
      expect(messagesOf(there).map(({ content }) => content.text)).toEqual([
        expect.stringMatching(/^Preparing feature\/there/),
      ]);
      expect(await outbox()).toEqual([]);
    }, 60);
    // Said once, not first one thing and then another.
    expect(messagesOf(gone)[0]!.versions).toHaveLength(1);
  },
);

test('a message that was sent but not noted before a crash is found again, not sent twice', async () => {
  const it = world();
  const branch = 'feature/forgotten';
  const name = it.nameOf(branch);
  // The note is a write of the Preview's status by the notifier.
  it.proxy.decide(({ path, body }) =>
    path.includes(`${name}/status`) && body.includes('"notices"') ? 'hold' : 'pass',
  );
  await it.push(branch);
  await eventually(() => expect(messagesOf(branch)).toHaveLength(1));
  await it.offshoot.kill();
  it.proxy.decide(() => 'pass');
  await it.restart();
  await eventually(async () =>
    expect((await it.preview(branch))?.status?.notices?.slack?.ts).toBe(messagesOf(branch)[0]!.ts),
  );
  expect(messagesOf(branch)).toHaveLength(1);
});

test('a removal of whose end Offshoot has not heard is told once', async () => {
  const it = world();
  const branch = 'feature/unheard';
  const name = it.nameOf(branch);
  await it.push(branch);
  await it.isMade(branch);
  let attempts = 0;
  let toldAgain = 0;
  it.proxy.decide(({ method, path, body }) => {
    if (attempts > 1 && method === 'POST' && path.endsWith('/configmaps')) toldAgain++;
    // Once the end is near, no watch and no list tells what becomes of the Preview.
    if (attempts > 0 && method === 'GET' && path.endsWith('/previews')) return 'hold';
    if (method !== 'PATCH' || !path.endsWith(`/previews/${name}`) || !body.includes('"finalizers":[]'))
      return 'pass';
    attempts++;
    if (attempts > 1) return 'lose';
    it.proxy.cutAll();
    return 'cut';
  });
  await it.delete(branch);
  await it.isGone(branch);
  await eventually(() =>
    expect(messagesOf(branch).map(({ content }) => content.text)).toEqual([`Removed: ${branch}`]),
  );
  await eventually(async () => expect(await outbox()).toEqual([]));
  // Long enough for the retry that knows of nothing.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  it.proxy.decide(() => 'pass');
  expect({ attempts, toldAgain }).toEqual({ attempts: 2, toldAgain: 0 });
});

test('a token that is wrong is told in status and log, and delays nothing; the right one makes up for it', async () => {
  const it = world();
  const secret = { kind: kinds.Secret, namespace: World.namespace, name: 'slack' };
  const { data } = (await it.admin.get(secret)) as { data?: unknown } & object;
  await it.admin.patch(secret, { data: { token: 'd3Jvbmc=' } }, { fieldManager: 'test' });
  await it.restart();
  await it.push('feature/untold');
  await it.isMade('feature/untold');
  await eventually(async () =>
    expect(await notified('feature/untold')).toMatchObject({ status: 'False', reason: 'SlackUnauthorized' }),
  );
  await eventually(() =>
    expect(it.offshoot.log).toContainEqual(
      expect.objectContaining({ msg: 'notify: failed, retrying', code: 'Unauthorized' }),
    ),
  );
  expect(messagesOf('feature/untold')).toEqual([]);
  await it.admin.patch(secret, { data }, { fieldManager: 'test' });
  await eventually(() => expect(messagesOf('feature/untold')).toHaveLength(1), 60);
  await eventually(async () => expect(await notified('feature/untold')).toBeUndefined());
}, 90_000);

test('a channel that is gone is told in the status, delays nothing, and the right one makes up for it', async () => {
  const it = world();
  const branch = 'feature/no-channel';
  const channel = (id: string) =>
    it.admin.patch(
      { kind: kinds.DagRepository, namespace: World.namespace, name: 'dags' },
      { spec: { notify: { slack: { channel: id } } } },
      { fieldManager: 'test' },
    );
  await channel('C0GONE00');
  await it.push(branch);
  await it.isMade(branch);
  await eventually(async () =>
    expect(await notified(branch)).toMatchObject({
      status: 'False',
      reason: 'SlackChannelGone',
      message: expect.stringContaining('C0GONE00') as string,
    }),
  );
  await channel(CHANNEL);
  await eventually(() => expect(messagesOf(branch)).toHaveLength(1), 60);
  await eventually(async () => expect(await notified(branch)).toBeUndefined());
  // The controller writes the same list, and leaves the notifier's part alone.
  expect(findCondition((await it.preview(branch))?.status?.conditions, 'Ready')).toBeDefined();
}, 90_000);
