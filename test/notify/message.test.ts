import { describe, expect, test } from 'vitest';
import { showContent } from '../../demo/slack/show.ts';
import { announcementStates } from '../../src/notify/api.ts';
import { messageOf } from '../../src/notify/slack/message.ts';

const HOSTILE = [
  '<!channel>',
  '<@U1>',
  '*x*',
  '_x_ ~y~ :smile:',
  '`code` ```block```',
  'a&amp;b<c>',
  '<https://evil.example|feature/hardy>',
  '@here #general',
  '> quote',
];

describe('the message', () => {
  test.each(HOSTILE)('shows %j as text, wherever it comes from', (text) => {
    for (const state of announcementStates) {
      const message = messageOf({
        state,
        repository: text,
        branch: text,
        commit: text,
        author: text,
        reason: text,
        message: text,
        url: 'http://h/x',
      });
      expect(message.text).not.toMatch(/<|>/);
      const [context, ...rich] = message.blocks.toReversed();
      // Everything from outside is in elements that Slack never reads for markup.
      expect(rich.map((block) => block.type)).not.toContain('section');
      expect(JSON.stringify(rich)).not.toContain('mrkdwn');
      expect(context).toEqual({ type: 'context', elements: [{ type: 'mrkdwn', text: 'Offshoot' }] });
      const shown = showContent({ text: '', blocks: message.blocks, attachments: [], metadata: null, at: 0 });
      expect(shown).toContain(text);
    }
  });

  test('hides no character', () => {
    const { text, blocks } = messageOf({
      state: 'ready',
      repository: 'dags',
      branch: 'a\u202eb\u200bc\u0000',
    });
    expect(JSON.stringify([text, blocks])).toContain('a\ufffdb\ufffdc\ufffd');
  });

  test('stays within what Slack takes', () => {
    const long = '😀'.repeat(5_000);
    const message = messageOf({
      state: 'failed',
      repository: 'dags',
      branch: 'b',
      author: long,
      message: long,
    });
    expect(JSON.stringify(message.blocks).length).toBeLessThan(3_000);
    expect(JSON.stringify(message)).not.toMatch(/\\ud83d(?!\\ude00)/);
  });

  test('says it all when ready', () => {
    const message = messageOf({
      state: 'ready',
      repository: 'dags',
      branch: 'feature/hardy',
      url: 'http://127.0.0.1:8081/feature/hardy',
      commit: '1234567890'.repeat(4),
      author: 'Dana',
    });
    expect(message.text).toBe(
      'Ready: feature/hardy · http://127.0.0.1:8081/feature/hardy · commit 12345678 · pushed by Dana',
    );
    expect(showContent({ ...message, attachments: [], metadata: null, at: 0 })).toMatchInlineSnapshot(`
      "✅ Ready feature/hardy pushed by Dana
      Open Airflow (http://127.0.0.1:8081/feature/hardy)
      dags · commit \`12345678\` · Offshoot"
    `);
  });
});
