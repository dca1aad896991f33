import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import { expect, onTestFinished, test } from 'vitest';
import { startSlack, type Slack } from '../../demo/slack/slack.ts';

const CHANNEL = 'C0DAGS';

async function aSlack(): Promise<{ slack: Slack; client: WebClient }> {
  const slack = await startSlack({ token: 'xoxb-demo', channels: new Map([[CHANNEL, 'dags']]) });
  onTestFinished(() => slack.stop());
  return { slack, client: clientOf(slack, 'xoxb-demo') };
}

function clientOf(slack: Slack, token: string): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  });
}

test('a message is posted once and then updated in place, as the real client does it', async () => {
  const { slack, client } = await aSlack();
  const posted = await client.chat.postMessage({ channel: CHANNEL, text: 'Preparing feature/hardy…' });
  await client.chat.update({
    channel: CHANNEL,
    ts: posted.ts!,
    text: 'Ready',
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: 'Ready: <http://localhost/feature/hardy|open Airflow> &amp; go' },
      },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: '`abc1234`' },
          { type: 'plain_text', text: 'dana' },
        ],
      },
    ],
  });
  expect(slack.messages(CHANNEL)).toHaveLength(1);
  expect(slack.messages(CHANNEL)[0]?.versions.map(({ text }) => text)).toEqual([
    'Preparing feature/hardy…',
    'Ready',
  ]);
  expect(slack.show(CHANNEL)).toBe(
    'offshoot APP (edited)\nReady: open Airflow (http://localhost/feature/hardy) & go\n`abc1234`  dana',
  );
});

test('two messages never share a ts, however quickly they come', async () => {
  const { slack, client } = await aSlack();
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => client.chat.postMessage({ channel: 'dags', text: `${n}` })),
  );
  expect(new Set(slack.messages(CHANNEL).map(({ ts }) => ts)).size).toBe(20);
});

test('what is wrong is said in words of Slack', async () => {
  const { slack, client } = await aSlack();
  const error = (name: string): object => ({ code: ErrorCode.PlatformError, data: { error: name } });
  await expect(client.chat.postMessage({ channel: 'C404', text: 'x' })).rejects.toMatchObject(
    error('channel_not_found'),
  );
  await expect(client.chat.update({ channel: CHANNEL, ts: '1.000001', text: 'x' })).rejects.toMatchObject(
    error('message_not_found'),
  );
  await expect(clientOf(slack, 'xoxb-wrong').auth.test()).rejects.toMatchObject(error('invalid_auth'));
});

test('it can be broken, rate-limiting and slow, and well again', async () => {
  const { slack, client } = await aSlack();
  slack.behave({ status: 500 });
  await expect(client.auth.test()).rejects.toThrow(/500/);
  slack.behave({ status: 429, retryAfterSeconds: 7 });
  const limited = new WebClient('xoxb-demo', { slackApiUrl: slack.apiUrl, rejectRateLimitedCalls: true });
  await expect(limited.auth.test()).rejects.toMatchObject({
    code: ErrorCode.RateLimitedError,
    retryAfter: 7,
  });
  slack.behave({ delayMs: 120 });
  const before = performance.now();
  await client.auth.test();
  expect(performance.now() - before).toBeGreaterThan(115);
});

test('metadata finds a message again, and an update without it keeps it', async () => {
  const { client } = await aSlack();
  const metadata = { event_type: 'offshoot', event_payload: { preview: 'u-1' } };
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'one', metadata });
  await client.chat.update({ channel: CHANNEL, ts: ts!, text: 'two' });
  const history = await client.conversations.history({ channel: CHANNEL, include_all_metadata: true });
  expect(history.messages).toMatchObject([{ ts, text: 'two', metadata }]);
});

test('what a branch is called cannot write to the terminal', async () => {
  const { slack, client } = await aSlack();
  await client.chat.postMessage({ channel: CHANNEL, text: 'Preparing \u001b[2Jx &lt;!channel&gt;' });
  expect(slack.show(CHANNEL)).toBe('offshoot APP\nPreparing [2Jx <!channel>');
});

test('rich text is shown as its readers see it, and every change is told', async () => {
  const told: string[] = [];
  const slack = await startSlack({
    token: 'xoxb-demo',
    channels: new Map([[CHANNEL, 'dags']]),
    onMessage: (channel, text) => told.push(`#${channel} ${text}`),
  });
  onTestFinished(slack.stop);
  const client = clientOf(slack, 'xoxb-demo');
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'Preparing' });
  const elements = [
    { type: 'emoji' as const, name: 'white_check_mark' },
    { type: 'text' as const, text: ' Ready ', style: { bold: true } },
    { type: 'link' as const, url: 'http://localhost/x', text: 'open' },
  ];
  const blocks = [
    { type: 'rich_text' as const, elements: [{ type: 'rich_text_section' as const, elements }] },
  ];
  await client.chat.update({ channel: CHANNEL, ts: ts!, text: 'Ready', blocks });
  expect(told).toEqual(['#dags Preparing', '#dags ✅ Ready open (http://localhost/x)']);
});
