import nock from 'nock';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../demo/listen.ts';
import { createSlack } from '../../src/notify/slack/slack.ts';
import { aSlack, anAnnouncement, callSlack, CHANNEL, log, TOKEN } from './slack-rig.ts';

const to = { token: TOKEN, channel: CHANNEL };

describe('the Slack channel', () => {
  test('posts once and updates that message from then on', async () => {
    const { slack, channel, texts } = await aSlack();
    const posted = await channel.say(to, anAnnouncement(), undefined, 'uid-1');
    expect(posted).toEqual({ channel: CHANNEL, ts: slack.messages(CHANNEL)[0]?.ts });
    expect(await channel.say(to, anAnnouncement({ state: 'ready' }), posted, 'uid-1')).toEqual(posted);
    expect(texts()).toEqual(['Ready: feature/hardy']);
    expect(slack.messages(CHANNEL)[0]?.content.metadata).toEqual({
      event_type: 'offshoot_preview',
      event_payload: { uid: 'uid-1' },
    });
  });

  test('posts anew when the message was deleted', async () => {
    const { slack, channel, texts } = await aSlack();
    const posted = await channel.say(to, anAnnouncement(), undefined, 'uid-1');
    await callSlack(slack.apiUrl, 'chat.delete', { ...posted });
    const again = await channel.say(to, anAnnouncement({ state: 'removed' }), posted, 'uid-1');
    expect(again.ts).not.toBe(posted.ts);
    expect(texts()).toEqual(['Removed: feature/hardy']);
  });

  test('finds a message again that was posted and not noted', async () => {
    const { channel, texts } = await aSlack();
    const posted = await channel.say(to, anAnnouncement(), undefined, 'uid-1');
    await channel.say(to, anAnnouncement({ branch: 'feature/other' }), undefined, 'uid-2');
    expect(await channel.say(to, anAnnouncement({ state: 'ready' }), undefined, 'uid-1')).toEqual(posted);
    expect(texts()).toEqual(['Ready: feature/hardy', 'Preparing feature/other…']);
  });

  test('leaves the old channel when another one is configured, and takes a name for a channel too', async () => {
    const { slack, channel } = await aSlack();
    const posted = await channel.say(to, anAnnouncement(), undefined, 'uid-1');
    const moved = await channel.say({ ...to, channel: 'C0DEMO2' }, anAnnouncement(), posted, 'uid-1');
    expect(moved.channel).toBe('C0DEMO2');
    expect(await channel.say({ ...to, channel: '#other' }, anAnnouncement(), moved, 'uid-1')).toEqual(moved);
    expect(slack.messages('C0DEMO2')).toHaveLength(1);
  });
});

describe('a failing Slack is told by code', () => {
  const slackApi = 'http://slack.test/api/';
  const say = (token = TOKEN, apiUrl = slackApi) =>
    createSlack({ apiUrl, log, timeoutMs: 300 }).say(
      { token, channel: CHANNEL },
      anAnnouncement(),
      { channel: CHANNEL, ts: '1.000001' },
      'uid-1',
    );
  const answers = () => nock('http://slack.test').post('/api/chat.update');
  afterEach(() => nock.cleanAll());

  test.each([
    ['invalid_auth', 'Unauthorized'],
    ['token_revoked', 'Unauthorized'],
    ['missing_scope', 'Unauthorized'],
    ['channel_not_found', 'ChannelNotFound'],
    ['not_in_channel', 'ChannelNotFound'],
    ['ratelimited', 'RateLimited'],
    ['internal_error', 'Unreachable'],
    ['msg_too_long', 'Refused'],
  ])('%s is %s', async (error, code) => {
    answers().reply(200, { ok: false, error });
    await expect(say()).rejects.toMatchObject({ name: 'NotifyError', code });
  });

  test('429 is RateLimited with the time to wait, asked once', async () => {
    answers().reply(429, '', { 'retry-after': '17' });
    await expect(say()).rejects.toMatchObject({ code: 'RateLimited', retryAfterSeconds: 17 });
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
    const slack = createSlack({ apiUrl: slackApi, log });
    const posted = await slack.say({ token: TOKEN, channel: CHANNEL }, anAnnouncement(), undefined, 'u');
    expect(posted).toEqual({ channel: CHANNEL, ts: '2.000002' });
  });
});
