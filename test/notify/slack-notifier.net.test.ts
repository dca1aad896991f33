import { expect, test } from 'vitest';
import { Problem } from '../../src/model/problem.ts';
import { aPreview, aRepository, failed, ready, UID, uidAt } from './a-preview.ts';
import { aRig } from './notifier-rig.ts';
import { aSlack, callSlack, CHANNEL, TOKEN } from './slack-rig.ts';
import type { ReadSecret } from '../../src/model/secret-use.ts';

/** The notifier on a stand-in for Slack, with the API in memory. */
async function aNotifier(parts: Parameters<typeof aSlack>[0] = {}) {
  const rig = await aSlack(parts);
  const it = aRig([rig.channel]);
  const noted = () => it.noticesOf(UID)?.['slack'] as { channel: string; ts: string } | undefined;
  return { ...rig, ...it, noted };
}

const posts = (calls: readonly string[]) => calls.filter((call) => call === 'chat.postMessage').length;

test('a whole life is told in one message, noted each time, then the outbox entry goes', async () => {
  const it = await aNotifier();
  it.see(aPreview());
  await it.settle();
  expect(it.texts()[0]).toMatch(/^Preparing feature\/hardy/);
  expect(it.noted()?.ts).toBeTruthy();
  it.see(aPreview(failed));
  await it.settle();
  expect(it.texts()[0]).toMatch(/^Not working.*No folder dags/);
  it.see(aPreview(ready));
  await it.settle();
  expect(it.texts()[0]).toMatch(/^Ready: feature\/hardy · http:/);
  const going = aPreview(ready, { deletionTimestamp: 'now' });
  it.see(going);
  it.queueRemoval(going);
  await it.settle();
  expect(it.configMaps.size).toBe(0);
  expect(it.texts()).toEqual(['Removed: feature/hardy']);
  expect(posts(it.slack.calls)).toBe(1);
});

test('a push that changes nothing else is not told again: the message is about the life', async () => {
  const it = await aNotifier();
  const stale = (head: string) =>
    aPreview(
      { status: 'True', reason: 'GitRefused', message: 'Credentials.' },
      { status: { branch: { head }, commit: { synced: '2'.repeat(40) } } },
    );
  it.see(stale('3'.repeat(40)));
  await it.settle();
  const calls = it.slack.calls.length;
  it.see(stale('4'.repeat(40)));
  await it.settle();
  expect(it.slack.calls).toHaveLength(calls);
});

test('finds its message after a crash between posting and noting', async () => {
  const it = await aNotifier();
  it.see(aPreview());
  it.world.refusal = new Error('API down');
  await it.look();
  expect(it.texts()).toHaveLength(1);
  it.restart();
  it.world.refusal = undefined;
  it.see(aPreview(ready));
  await it.settle();
  expect(it.texts()).toEqual([expect.stringMatching(/^Ready/)]);
  expect(it.noted()?.ts).toBe(it.slack.messages(CHANNEL)[0]?.ts);
});

test.each([
  [
    'channel_not_found',
    'SlackChannelGone',
    /has no channel C0DEMO1 .*check the channel ID, and invite the bot/,
  ],
  ['is_archived', 'SlackChannelGone', /is_archived/],
  ['not_in_channel', 'SlackChannelGone', /invite the bot/],
  ['token_revoked', 'SlackUnauthorized', /put a valid token with the scope chat:write into the Secret/],
  ['msg_too_long', 'SlackRefused', /msg_too_long/],
  ['internal_error', 'SlackUnreachable', /internal problem/],
])(
  'while Slack says %s the preview’s status says so, once, and no longer than it lasts',
  async (code, reason, message) => {
    const it = await aNotifier();
    it.see(aPreview());
    await it.settle();
    it.slack.behave({ error: code });
    it.see(aPreview(failed));
    await it.settle(4);
    expect(it.slack.calls.length).toBeGreaterThan(3);
    expect(it.writes).toHaveLength(2);
    expect(it.notifiedOf(UID)).toMatchObject({
      status: 'False',
      reason,
      message: expect.stringMatching(message) as string,
    });
    it.slack.behave({});
    await it.settle();
    expect(it.notifiedOf(UID)).toBeUndefined();
    expect(it.texts()[0]).toMatch(/^Not working/);
    // Where its message is was never forgotten meanwhile.
    expect(it.slack.messages(CHANNEL)).toHaveLength(1);
  },
);

test('a Slack too slow to answer gets one message, not one per try', async () => {
  const it = await aNotifier({ timeoutMs: 40 });
  it.slack.behave({ delayMs: 80 });
  it.see(aPreview());
  expect((await it.settle(4)).map(({ kind }) => kind)).toEqual(['Retry']);
  it.slack.behave({});
  await it.settle();
  expect(it.noted()?.ts).toBe(it.slack.messages(CHANNEL)[0]?.ts);
  expect(it.slack.messages(CHANNEL)).toHaveLength(1);
});

test('obeys Retry-After for the whole channel', async () => {
  const it = await aNotifier();
  it.slack.behave({ status: 429, retryAfterSeconds: 17 });
  it.see(aPreview());
  expect(await it.look()).toMatchObject([{ kind: 'Retry', ms: 17_000 }]);
  it.slack.behave({});
  it.see(aPreview({}, { uid: uidAt(2), branch: 'feature/other' }));
  it.clock.ms += 16_990;
  expect((await it.look()).map(({ kind }) => kind)).toEqual(['Wait', 'Wait']);
  expect(it.slack.calls).toHaveLength(1);
  await it.settle();
  expect(it.texts()).toHaveLength(2);
  expect(it.notifiedOf(UID), 'waiting alone ends it').toBeUndefined();
});

test('keeps messages to one channel a second apart', async () => {
  const it = await aNotifier();
  for (const at of [1, 2, 3]) it.see(aPreview({}, { uid: uidAt(at), branch: `f/${at}` }));
  expect(await it.look()).toEqual([
    { kind: 'Done' },
    { kind: 'Wait', ms: 1_001 },
    { kind: 'Wait', ms: 1_001 },
  ]);
});

test('a Secret that is missing, or put right, shows at the next try', async () => {
  const it = await aNotifier();
  it.secret.token = ' ';
  it.see(aPreview());
  await it.look();
  expect(it.notifiedOf(UID)).toMatchObject({
    reason: 'SlackUnauthorized',
    message: expect.stringContaining('Secret offshoot/slack does not exist or has no key "token"') as string,
  });
  expect(it.slack.calls).toEqual([]);
  it.secret.token = TOKEN;
  await it.settle();
  expect(it.texts()).toHaveLength(1);
  expect(it.notifiedOf(UID)).toBeUndefined();
});

test('a team whose Secret is missing takes no turn from another that shares its channel', async () => {
  const it = await aNotifier();
  const [theirs, ours] = [aPreview({}, { uid: uidAt(2), branch: 'feature/theirs' }), aPreview()];
  it.see({ ...theirs, metadata: { ...theirs.metadata, namespace: 'elsewhere' } });
  it.see(ours);
  expect((await it.look()).map(({ kind }) => kind)).toEqual(['Retry', 'Done']);
  expect(it.texts()).toHaveLength(1);
});

test('F5: a Secret that is not labelled for Slack is said in the condition, with what to do; labelled, all is told', async () => {
  let labelled = false;
  const sentence = 'Secret slack in namespace offshoot lacks the label offshoot.dev/use=slack.';
  const readSecret: ReadSecret = async (wanted) => {
    expect(wanted).toEqual({ namespace: 'offshoot', name: 'slack', use: 'slack' });
    if (labelled) return { token: TOKEN };
    throw new Problem('SecretNotForOffshoot', sentence);
  };
  const it = await aNotifier({ readSecret });
  it.see(aPreview());
  await it.settle(3);
  expect(it.notifiedOf(UID)).toMatchObject({ status: 'False', reason: 'SecretNotForOffshoot' });
  expect(it.notifiedOf(UID)?.message).toContain(sentence);
  expect([it.slack.calls, it.writes.length]).toEqual([[], 1]);
  labelled = true;
  await it.settle();
  expect(it.noted()?.ts).toBeTruthy();
  expect(it.notifiedOf(UID)).toBeUndefined();
});

test('posts anew when a person deleted the message, and notes where it is now', async () => {
  const it = await aNotifier();
  it.see(aPreview());
  await it.settle();
  const { ts = '' } = it.noted() ?? {};
  await callSlack(it.slack.apiUrl, 'chat.delete', { channel: CHANNEL, ts });
  it.see(aPreview(ready));
  await it.settle();
  expect(it.noted()?.ts).not.toBe(ts);
  expect(it.texts()).toHaveLength(1);
});

test('a target that was corrected is told at once', async () => {
  const it = await aNotifier();
  it.world.repository = aRepository('C0GONE00');
  it.see(aPreview());
  await it.settle(2);
  expect(it.notifiedOf(UID)?.reason).toBe('SlackChannelGone');
  it.world.repository = aRepository();
  await it.settle();
  expect(it.texts()).toHaveLength(1);
  expect(it.notifiedOf(UID)).toBeUndefined();
});
