import nock from 'nock';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../demo/listen.ts';
import { createSlack } from '../../src/notify/slack/slack.ts';
import { aSlack, anAnnouncement, callSlack, CHANNEL, log, TOKEN } from './slack-rig.ts';

describe('the Slack channel', () => {
  test('posts once and updates that message from then on', async () => {
    const { slack, open, texts } = await aSlack();
    const channel = await open();
    const posted = await channel.tell(anAnnouncement(), undefined, 'uid-1');
    expect(posted).toEqual({ channel: CHANNEL, ts: slack.messages(CHANNEL)[0]?.ts });
    expect(await channel.tell(anAnnouncement({ state: 'ready' }), posted, 'uid-1')).toEqual(posted);
    expect(texts()).toEqual(['Ready: feature/hardy']);
    expect(slack.messages(CHANNEL)[0]?.content.metadata).toEqual({
      event_type: 'offshoot_preview',
      event_payload: { uid: 'uid-1' },
    });
  });

  test('posts anew when the message was deleted', async () => {
    const { slack, open, texts } = await aSlack();
    const channel = await open();
    const posted = await channel.tell(anAnnouncement(), undefined, 'uid-1');
    await callSlack(slack.apiUrl, 'chat.delete', { ...posted });
    const again = await channel.tell(anAnnouncement({ state: 'removed' }), posted, 'uid-1');
    expect(again.ts).not.toBe(posted.ts);
    expect(texts()).toEqual(['Removed: feature/hardy']);
  });

  test('finds a message again that was posted and not noted', async () => {
    const { open, texts } = await aSlack();
    const channel = await open();
    const posted = await channel.tell(anAnnouncement(), undefined, 'uid-1');
    await channel.tell(anAnnouncement({ branch: 'feature/other' }), undefined, 'uid-2');
    expect(await channel.tell(anAnnouncement({ state: 'ready' }), undefined, 'uid-1')).toEqual(posted);
    expect(texts()).toEqual(['Ready: feature/hardy', 'Preparing feature/other…']);
  });

  test('leaves the old channel when another one is configured, and takes a name for a channel too', async () => {
    const { slack, open } = await aSlack();
    const posted = await (await open()).tell(anAnnouncement(), undefined, 'uid-1');
    const moved = await (await open('C0DEMO2')).tell(anAnnouncement(), posted, 'uid-1');
    expect(moved.channel).toBe('C0DEMO2');
    expect(await (await open('#other')).tell(anAnnouncement(), moved, 'uid-1')).toEqual(moved);
    expect(slack.messages('C0DEMO2')).toHaveLength(1);
  });
});

describe('a failing Slack is told by code', () => {
  const slackApi = 'http://slack.test/api/';
  const openWith = (token: string, apiUrl = slackApi, timeoutMs = 300) =>
    createSlack({ apiUrl, readSecret: async () => ({ token }), log, timeoutMs }).open(
      { channel: CHANNEL, secretName: 'slack' },
      'offshoot',
    );
  const say = async (token = TOKEN, apiUrl = slackApi) =>
    (await openWith(token, apiUrl)).tell(anAnnouncement(), { channel: CHANNEL, ts: '1.000001' }, 'uid-1');
  const answers = () => nock('http://slack.test').post('/api/chat.update');
  afterEach(() => nock.cleanAll());

  test.each([
    ['invalid_auth', 'Unauthorized'],
    ['token_revoked', 'Unauthorized'],
    ['missing_scope', 'Unauthorized'],
    ['channel_not_found', 'TargetNotFound'],
    ['not_in_channel', 'TargetNotFound'],
    ['ratelimited', 'RateLimited'],
    ['internal_error', 'Unreachable'],
    ['msg_too_long', 'Refused'],
  ])('%s is %s', async (error, code) => {
    answers().reply(200, { ok: false, error });
    await expect(say()).rejects.toMatchObject({ name: 'NotifyError', code });
  });

  test('429 is RateLimited with the time to wait, asked once', async () => {
    answers().reply(429, '', { 'retry-after': '17' });
    await expect(say()).rejects.toMatchObject({ code: 'RateLimited', retryAfterMs: 17_000 });
  });

  test.each([
    [500, 'Unreachable'],
    [503, 'Unreachable'],
    [404, 'Refused'],
  ])('HTTP status %i is %s', async (status, code) => {
    answers().reply(status, 'oops');
    await expect(say()).rejects.toMatchObject({ code });
  });

  test('rubbish is Refused', async () => {
    answers().reply(200, '<html>');
    await expect(say()).rejects.toMatchObject({ code: 'Refused' });
  });

  // Over real sockets: an interceptor's ones do not break as these do.
  test.each<[string, RequestListener]>([
    ['no answer in time', () => undefined],
    ['an answer that never ends', (_request, response) => void response.writeHead(200).write('{')],
    ['a reset', (request) => request.socket.resetAndDestroy()],
  ])('%s is Unreachable, never a hang', async (_title, listener) => {
    const server = createServer(listener);
    const { url, stop } = await listen(server, '127.0.0.1', 0);
    onTestFinished(stop);
    const began = performance.now();
    await expect(say(TOKEN, `${url}/api/`)).rejects.toMatchObject({ code: 'Unreachable' });
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  test('and no error holds the token', async () => {
    answers().reply(200, { ok: false, error: 'invalid_auth' });
    const error: unknown = await say('xoxb-very-secret').catch((caught: unknown) => caught);
    expect(String((error as Error).message)).not.toContain('very-secret');
  });

  test('a bot that may not read the channel posts all the same', async () => {
    nock('http://slack.test')
      .post('/api/conversations.history')
      .reply(200, { ok: false, error: 'missing_scope' })
      .post('/api/chat.postMessage')
      .reply(200, { ok: true, channel: CHANNEL, ts: '2.000002' });
    const posted = await (await openWith(TOKEN)).tell(anAnnouncement(), undefined, 'u');
    expect(posted).toEqual({ channel: CHANNEL, ts: '2.000002' });
  });
});
