import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { startSlack } from '../../demo/slack/slack.ts';
import { createSlack } from '../../src/notify/slack/slack.ts';
import type { ReadSecret } from '../../src/model/secret-use.ts';
import type { Announcement } from '../../src/notify/api.ts';

export const TOKEN = 'xoxb-test';
export const CHANNEL = 'C0DEMO1';
export const log = pino({ level: 'silent' });

export const anAnnouncement = (parts: Partial<Announcement> = {}): Announcement => ({
  state: 'preparing',
  repository: 'dags',
  branch: 'feature/hardy',
  ...parts,
});

/** A stand-in for Slack that goes with the test, and our channel that talks to it. */
export async function aSlack({
  timeoutMs = 2_000,
  ...parts
}: { timeoutMs?: number; readSecret?: ReadSecret } = {}) {
  const slack = await startSlack({
    token: TOKEN,
    channels: new Map([
      [CHANNEL, 'airflow'],
      ['C0DEMO2', 'other'],
    ]),
  });
  onTestFinished(() => slack.stop());
  const secret = { token: `${TOKEN}\r\n` };
  const readSecret: ReadSecret = async ({ namespace, name }) =>
    namespace === 'offshoot' && name === 'slack' ? secret : undefined;
  const channel = createSlack({ apiUrl: slack.apiUrl, readSecret, log, timeoutMs, ...parts });
  const open = (id = CHANNEL) => channel.open({ channel: id, secretName: 'slack' }, 'offshoot');
  const texts = () => slack.messages(CHANNEL).map((message) => message.content.text);
  return { slack, channel, open, secret, texts };
}

/** What a person in the channel can do, too. */
export async function callSlack(
  apiUrl: string,
  method: string,
  fields: Record<string, string>,
): Promise<void> {
  await fetch(new URL(method, apiUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: new URLSearchParams(fields),
  });
}
