import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Notice, NotifierOptions, OutboxEntry } from '../../src/notify/api.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { removalNotice } from '../../src/notify/outbox.ts';
import type { Condition } from '../../src/model/conditions.ts';
import type { Preview } from '../../src/model/preview.ts';
import { Problem } from '../../src/model/problem.ts';
import { aCondition } from '../support/builders.ts';
import { aPreview, aRepository, failed, ready } from './a-preview.ts';
import { aSlack, callSlack, CHANNEL, log, TOKEN } from './slack-rig.ts';

const repository = aRepository();

/** A notifier on a stand-in for Slack, with previews and outbox in memory. */
async function aNotifier(parts: Partial<NotifierOptions> = {}, timeoutMs = 2_000) {
  const rig = await aSlack(timeoutMs);
  const notices = new Map<string, Notice>();
  const writes: string[] = [];
  /** What stood in the conditions after each write. */
  const troubles: Condition[][] = [];
  const outbox: OutboxEntry[] = [];
  const secret = { token: `${TOKEN}\r\n` };
  const options: NotifierOptions = {
    channels: { slack: rig.channel },
    readSecret: async ({ namespace, name }) =>
      namespace === 'offshoot' && name === 'slack' ? secret : undefined,
    saveNotice: async (preview, { notices: given, conditions = [] }) => {
      writes.push(preview.metadata.uid ?? '');
      if (given) notices.set(preview.metadata.uid ?? '', given.slack);
      troubles.push(conditions);
    },
    outbox: {
      list: () => outbox,
      remove: async (entry) => void outbox.splice(outbox.indexOf(entry), 1),
    },
    now: () => new Date(),
    log,
    spacingMs: 1,
    backoffMs: { first: 20, last: 80 },
    ...parts,
  };
  const start = () => {
    const notifier = createNotifier(options);
    onTestFinished(() => notifier.stop());
    return notifier;
  };
  /** The preview as the cache holds it once the notice is noted. */
  const noted = (preview: Preview): Preview => {
    const slack = notices.get(preview.metadata.uid ?? '');
    return slack ? { ...preview, status: { ...preview.status, notices: { slack } } } : preview;
  };
  return { ...rig, notices, writes, troubles, outbox, secret, start, noted, notifier: start() };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 10 });
const posts = (calls: readonly string[]) => calls.filter((call) => call === 'chat.postMessage').length;

describe('the notifier', () => {
  test('tells a whole life in one message, noted each time, then removes the outbox entry', async () => {
    const { notifier, slack, texts, notices, outbox, noted } = await aNotifier();
    notifier.consider(aPreview(), repository);
    await until(() => expect(notices.get('uid-1')?.ts).toBeTruthy());
    expect(texts()[0]).toMatch(/^Preparing feature\/hardy/);

    notifier.consider(noted(aPreview(failed)), repository);
    await until(() => expect(texts()[0]).toMatch(/^Not working.*No folder dags/));
    notifier.consider(noted(aPreview(ready)), repository);
    await until(() => expect(texts()[0]).toMatch(/^Ready: feature\/hardy · http:/));

    const gone = noted(aPreview(ready, { deletionTimestamp: 'now' }));
    notifier.consider(gone, repository);
    outbox.push(removalNotice(gone, repository, new Date())!);
    notifier.considerOutbox(outbox[0]!);
    await until(() => expect(outbox).toEqual([]));
    expect(texts()).toEqual(['Removed: feature/hardy']);
    expect(posts(slack.calls)).toBe(1);

    // The cache may be behind: a preview that is over is not brought back.
    notifier.consider(aPreview(ready), repository);
    await sleep(50);
    expect(texts()).toEqual(['Removed: feature/hardy']);
  });

  test('says and writes nothing again, however often it looks, and whatever the cache has missed', async () => {
    const { notifier, slack, noted, writes, start } = await aNotifier();
    notifier.consider(aPreview(ready), repository);
    await until(() => expect(writes).toHaveLength(1));
    const calls = slack.calls.length;
    for (let i = 0; i < 20; i++) {
      notifier.consider(i % 2 ? aPreview(ready) : noted(aPreview(ready)), repository);
      await sleep(2);
    }
    const restarted = start();
    restarted.consider(noted(aPreview(ready)), repository);
    await sleep(50);
    expect(slack.calls).toHaveLength(calls);
    expect(writes).toHaveLength(1);
  });

  test('finds its message after a crash between posting and noting', async () => {
    const { notifier, slack, texts, start, notices } = await aNotifier();
    notifier.consider(aPreview(), repository);
    await until(() => expect(texts()).toHaveLength(1));
    notices.clear();
    start().consider(aPreview(ready), repository);
    await until(() => expect(texts()[0]).toMatch(/^Ready/));
    expect(slack.messages(CHANNEL)).toHaveLength(1);
    await until(() => expect(notices.get('uid-1')?.ts).toBe(slack.messages(CHANNEL)[0]?.ts));
  });

  test('notes it later when the API refuses, without saying it twice', async () => {
    let refusals = 3;
    const saved: Notice[] = [];
    const { notifier, slack } = await aNotifier({
      saveNotice: async (_preview, { notices }) => {
        if (refusals-- > 0) throw new Error('conflict');
        if (notices) saved.push(notices.slack);
      },
    });
    notifier.consider(aPreview(), repository);
    await until(() => expect(saved).toHaveLength(1));
    expect(slack.calls.filter((call) => call.startsWith('chat.'))).toEqual(['chat.postMessage']);
  });

  test.each([
    ['channel_not_found', 'SlackChannelGone', /knows no channel C0DEMO1 .*check the id, invite the bot/],
    ['is_archived', 'SlackChannelGone', /is_archived/],
    ['not_in_channel', 'SlackChannelGone', /invite the bot/],
    ['token_revoked', 'SlackUnauthorized', /put a valid one with chat:write into the Secret/],
    ['msg_too_long', 'SlackRefused', /msg_too_long/],
    ['internal_error', 'SlackUnreachable', /problem of its own/],
  ])(
    'while Slack says %s the preview’s status says so, once, and no longer than it lasts',
    async (code, reason, message) => {
      const { notifier, slack, texts, notices, troubles, noted } = await aNotifier();
      notifier.consider(aPreview(), repository);
      await until(() => expect(notices.size).toBe(1));
      slack.behave({ error: code });
      notifier.consider(noted(aPreview(failed)), repository);
      await until(() => expect(slack.calls.length).toBeGreaterThan(4));
      expect(troubles).toEqual([
        [],
        [
          expect.objectContaining({
            type: 'Notified',
            status: 'False',
            reason,
            message: expect.stringMatching(message) as string,
          }),
        ],
      ]);
      slack.behave({});
      await until(() => expect(troubles).toHaveLength(3));
      expect(troubles[2]).toEqual([]);
      expect(texts()[0]).toMatch(/^Not working/);
      // Where its message is was never forgotten meanwhile.
      expect(slack.messages(CHANNEL)).toHaveLength(1);
    },
  );

  test('a trouble of an earlier life is taken away by the next message, and where nothing is to be told any more', async () => {
    const trouble = aCondition({ type: 'Notified', reason: 'SlackUnauthorized' });
    const told = (preview: Preview): Preview => {
      preview.status?.conditions?.push(trouble);
      return preview;
    };
    const { notifier, troubles, start } = await aNotifier();
    notifier.consider(told(aPreview(ready)), repository);
    await until(() => expect(troubles).toEqual([[]]));
    start().consider(told(aPreview(ready)), aRepository(''));
    await until(() => expect(troubles).toEqual([[], []]));
  });

  test('says only how things are by the time Slack is back', async () => {
    const { notifier, slack, texts, notices } = await aNotifier();
    slack.behave({ status: 503 });
    notifier.consider(aPreview(), repository);
    await until(() => expect(slack.calls.length).toBeGreaterThan(1));
    notifier.consider(aPreview(failed), repository);
    notifier.consider(aPreview(ready), repository);
    slack.behave({});
    await until(() => expect(notices.size).toBe(1));
    expect(texts()).toHaveLength(1);
    expect(slack.messages(CHANNEL)[0]?.versions).toHaveLength(1);
    expect(texts()[0]).toMatch(/^Ready/);
  });

  test('says Removed, once, for what came and went while Slack was down', async () => {
    const { notifier, slack, texts, outbox } = await aNotifier();
    slack.behave({ status: 500 });
    notifier.consider(aPreview(), repository);
    await until(() => expect(slack.calls.length).toBeGreaterThan(1));
    outbox.push(removalNotice(aPreview(), repository, new Date())!);
    notifier.considerOutbox(outbox[0]!);
    notifier.consider(aPreview(ready), repository);
    notifier.forget(aPreview());
    slack.behave({});
    await until(() => expect(outbox).toEqual([]));
    expect(texts()).toEqual(['Removed: feature/hardy']);
  });

  test('a Slack too slow to answer gets one message, not one per try', async () => {
    const { notifier, slack, notices } = await aNotifier({}, 100);
    slack.behave({ delayMs: 200 });
    notifier.consider(aPreview(), repository);
    await until(() => expect(slack.calls.length).toBeGreaterThan(2));
    slack.behave({});
    await until(() => expect(notices.size).toBe(1));
    await sleep(300);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });

  test('obeys Retry-After for the whole channel', async () => {
    const { notifier, slack, texts } = await aNotifier();
    slack.behave({ status: 429, retryAfterSeconds: 1 });
    notifier.consider(aPreview(), repository);
    await until(() => expect(slack.calls).toHaveLength(1));
    const began = performance.now();
    slack.behave({});
    notifier.consider(aPreview({}, { uid: 'uid-2', branch: 'feature/other' }), repository);
    await sleep(700);
    expect(slack.calls).toHaveLength(1);
    await until(() => expect(texts()).toHaveLength(2));
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  test('backs off while nothing helps, and is well once the Secret is right', async () => {
    const { notifier, slack, secret, notices } = await aNotifier();
    secret.token = 'xoxb-revoked';
    notifier.consider(aPreview(), repository);
    await sleep(600);
    expect(slack.calls.length).toBeGreaterThan(3);
    expect(slack.calls.length).toBeLessThan(14);
    secret.token = TOKEN;
    await until(() => expect(notices.size).toBe(1));
  });

  test('a missing Secret stops neither it nor others', async () => {
    const { notifier, texts, slack } = await aNotifier();
    const other = structuredClone(repository);
    other.spec.notify.slack!.secretRef.name = 'missing';
    notifier.consider(aPreview({}, { uid: 'uid-2', branch: 'feature/other' }), other);
    notifier.consider(aPreview(), repository);
    await until(() => expect(texts()).toHaveLength(1));
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });

  test('F5: a Secret that is not labelled for Slack is said in the condition, with what to do; labelled, all is told', async () => {
    let labelled = false;
    const sentence = 'Secret slack in namespace offshoot lacks the label offshoot.dev/use=slack.';
    const { notifier, slack, troubles, notices } = await aNotifier({
      async readSecret(wanted) {
        expect(wanted).toEqual({ namespace: 'offshoot', name: 'slack', use: 'slack' });
        if (labelled) return { token: TOKEN };
        throw new Problem('SecretNotForOffshoot', sentence);
      },
    });
    notifier.consider(aPreview(), repository);
    await until(() =>
      expect(troubles.flat()).toMatchObject([
        { type: 'Notified', status: 'False', reason: 'SecretNotForOffshoot' },
      ]),
    );
    expect(troubles.flat()[0]?.message).toContain(sentence);
    expect(slack.calls).toEqual([]);
    labelled = true;
    await until(() => expect(notices.get('uid-1')?.ts).toBeTruthy());
    expect(troubles.at(-1)).toEqual([]);
  });

  test('F14: an entry of another namespace that claims a preview’s uid neither speaks for it nor silences it', async () => {
    const { notifier, slack, texts, outbox, noted, notices } = await aNotifier();
    slack.behave({ status: 500 });
    notifier.consider(aPreview(), repository);
    const forged = { ...removalNotice(aPreview(), repository, new Date())!, namespace: 'evil' };
    outbox.push(forged);
    notifier.considerOutbox(forged);
    await until(() => expect(slack.calls.length).toBeGreaterThan(1));
    slack.behave({});
    await until(() => expect(texts()).toEqual([expect.stringMatching(/^Preparing feature\/hardy/)]));
    await until(() => expect(notices.size).toBe(1));
    notifier.consider(noted(aPreview(ready)), repository);
    await until(() => expect(texts()).toEqual([expect.stringMatching(/^Ready: feature\/hardy/)]));
    expect(outbox, 'its namespace has no Secret for Slack').toEqual([forged]);
  });

  test('keeps messages to one channel apart', async () => {
    const { notifier, slack, notices } = await aNotifier({ spacingMs: 200 });
    for (let i = 0; i < 5; i++)
      notifier.consider(aPreview({}, { uid: `uid-${i}`, branch: `f/${i}` }), repository);
    await until(() => expect(notices.size).toBe(5));
    const times = slack.messages(CHANNEL).map((message) => message.content.at);
    // Four gaps; how long each was on its way is the machine's business.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(500);
  });

  test('posts anew when a person deleted the message, and notes where it is now', async () => {
    const { notifier, slack, notices, texts, noted } = await aNotifier();
    notifier.consider(aPreview(), repository);
    await until(() => expect(notices.size).toBe(1));
    const { ts } = notices.get('uid-1')!;
    await callSlack(slack.apiUrl, 'chat.delete', { channel: CHANNEL, ts });
    notifier.consider(noted(aPreview(ready)), repository);
    await until(() => expect(notices.get('uid-1')?.ts).not.toBe(ts));
    expect(texts()).toHaveLength(1);
  });

  test('sweeps the outbox at its start and drops what is a day old', async () => {
    const { start, outbox, texts } = await aNotifier();
    const entry = (uid: string, hours: number) =>
      removalNotice(
        aPreview({}, { uid, branch: uid }),
        repository,
        new Date(Date.now() - hours * 3_600_000),
      )!;
    outbox.push(entry('young', 1), entry('old', 25));
    start().start();
    await until(() => expect(outbox).toEqual([]));
    expect(texts()).toEqual(['Removed: young']);
  });

  test('is silent where nobody is to be told', async () => {
    const { notifier, slack } = await aNotifier();
    notifier.consider(aPreview(), aRepository(''));
    notifier.consider(aPreview({ reason: 'BranchNotVerified' }), repository);
    await sleep(50);
    expect(slack.calls).toEqual([]);
  });

  test('stops at once, however long it would have waited', async () => {
    const { notifier, slack } = await aNotifier({
      spacingMs: 60_000,
      backoffMs: { first: 60_000, last: 60_000 },
    });
    notifier.consider(aPreview(), repository);
    notifier.consider(aPreview({}, { uid: 'uid-2' }), repository);
    await until(() => expect(slack.calls.length).toBeGreaterThan(0));
    const began = performance.now();
    await notifier.stop();
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
