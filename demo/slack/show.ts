import type { SlackContent } from './message.ts';

interface Block {
  readonly type?: string;
  readonly text?: TextObject | string;
  readonly fields?: readonly TextObject[];
  readonly elements?: readonly Block[];
  readonly url?: string;
  readonly name?: string;
  readonly accessory?: Block;
}

interface TextObject {
  readonly type?: string;
  readonly text?: string;
}

/** The few that a terminal should show as the channel does; any other stays a word between colons. */
const EMOJI: Readonly<Record<string, string>> = {
  hourglass_flowing_sand: '⏳',
  white_check_mark: '✅',
  warning: '⚠️',
  wastebasket: '🗑️',
};

/** The message as its channel shows it: the blocks where there are any (Slack hides `text` then), as lines. */
export function showContent({ text, blocks, attachments }: SlackContent): string {
  const nested = (attachments as { blocks?: Block[]; text?: string }[]).flatMap((attachment) =>
    attachment.blocks === undefined ? [{ type: 'section', text: attachment.text ?? '' }] : attachment.blocks,
  );
  const lines = [...(blocks as Block[]), ...nested].flatMap(showBlock).filter((line) => line !== '');
  return (lines.length > 0 ? lines : showText({ type: 'mrkdwn', text })).join('\n');
}

function showBlock(block: Block): string[] {
  if (block.type === 'divider') return ['────'];
  const own = block.text === undefined ? [] : showText(block.text);
  const fields = (block.fields ?? []).flatMap(showText);
  const elements = (block.elements ?? []).flatMap(showElement);
  const inRow = block.type === 'context' || block.type === 'actions' ? [elements.join('  ')] : elements;
  const accessory = block.accessory === undefined ? [] : showElement(block.accessory);
  return [...own, ...fields, ...inRow, ...accessory];
}

function showElement(element: Block): string[] {
  if (element.type === 'button') {
    const label = `[ ${showText(element.text ?? '').join(' ')} ]`;
    return [element.url === undefined ? label : `${label} → ${element.url}`];
  }
  if (element.type === 'link') return [`${showText(element.text ?? '').join(' ')} (${element.url})`.trim()];
  if (element.type === 'emoji') return [EMOJI[element.name ?? ''] ?? `:${element.name}:`];
  if (element.elements !== undefined) return [element.elements.flatMap(showElement).join('')];
  return showText(element as TextObject);
}

function showText(text: TextObject | string): string[] {
  const { type = 'mrkdwn', text: raw = '' } = typeof text === 'string' ? { text } : text;
  const read = type === 'plain_text' || type === 'text' ? raw : readMrkdwn(raw);
  // Control characters in a branch's name must not reach the terminal of whoever watches.
  return read.split('\n').map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f]/g, ''));
}

/** Links become `label (url)`, then Slack's three escapes are undone; mentions stay visible as such. */
function readMrkdwn(text: string): string {
  return text
    .replace(/<(https?:[^|>]+)\|([^>]*)>/g, '$2 ($1)')
    .replace(/<(https?:[^|>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
