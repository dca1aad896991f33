import type { KnownBlock, RichTextElement } from '@slack/web-api';
import type { Announcement } from '../api.ts';
import { escaped, plain, shortened } from './plain.ts';

const looks = {
  queued: { emoji: 'hourglass', word: 'Waiting in line', link: 'See its position' },
  preparing: { emoji: 'hourglass_flowing_sand', word: 'Preparing', link: 'Watch it start' },
  ready: { emoji: 'white_check_mark', word: 'Ready', link: 'Open Airflow' },
  failed: { emoji: 'warning', word: 'Not working', link: 'See its state' },
  suspended: { emoji: 'double_vertical_bar', word: 'Suspended', link: undefined },
  removed: { emoji: 'wastebasket', word: 'Removed', link: undefined },
} as const;

const MOST_WHY = 600;

/** The message: what the channel shows (`blocks`) and what a notification reads out (`text`). */
export function messageOf(announcement: Announcement): { text: string; blocks: KnownBlock[] } {
  const { state, branch, url, author, message } = announcement;
  const { emoji, word, link } = looks[state];
  const by: RichTextElement[] = author
    ? [{ type: 'text', text: ` pushed by ${shortened(plain(author), 80)}` }]
    : [];
  const blocks = [
    rich(
      { type: 'emoji', name: emoji },
      { type: 'text', text: ` ${word} `, style: { bold: true } },
      { type: 'text', text: plain(branch), style: { code: true, bold: true } },
      ...by,
    ),
    message && rich({ type: 'text', text: shortened(plain(message), MOST_WHY) }),
    link && url && rich({ type: 'link', url, text: link }),
    context(announcement),
  ];
  return { text: fallback(announcement), blocks: blocks.filter((block) => typeof block === 'object') };
}

/**
 * Rich text, because its parts are never read for markup: a branch called `<!channel>` or `*x*`, with backticks or not, is shown
 * as just that.
 */
const rich = (...elements: RichTextElement[]): KnownBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

/** Only values of a form that cannot hold markup, so that Slack may read it. */
function context({ repository, commit, reason }: Announcement): KnownBlock {
  const parts = [
    /^[a-z0-9.-]+$/.test(repository) && repository,
    commit && /^[0-9a-f]{7,64}$/.test(commit) && `commit \`${commit.slice(0, 8)}\``,
    reason && /^[A-Za-z]+$/.test(reason) && reason,
    'Offshoot',
  ];
  return { type: 'context', elements: [{ type: 'mrkdwn', text: parts.filter(Boolean).join(' · ') }] };
}

function fallback({ state, branch, url, commit, author, message }: Announcement): string {
  const about = [
    state === 'ready' && url,
    commit && `commit ${commit.slice(0, 8)}`,
    author && `pushed by ${shortened(author, 80)}`,
    message && shortened(message, MOST_WHY),
  ].filter(Boolean);
  const head = state === 'preparing' ? `Preparing ${branch}…` : `${looks[state].word}: ${branch}`;
  return escaped([head, ...about].join(' · '));
}
