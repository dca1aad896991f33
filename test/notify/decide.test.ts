import { expect, test } from 'vitest';
import { contentHash } from '../../src/notify/announce.ts';
import { decide, type Known } from '../../src/notify/decide.ts';
import { NOW } from '../support/builders.ts';
import { createListChannel, withList } from '../support/list-channel.ts';
import { aPreview, aRepository, ready, UID } from './a-preview.ts';
import type { Announcement, OutboxEntry } from '../../src/notify/api.ts';

const { channel } = createListChannel();
const preview = aPreview(ready);
const what: Announcement = { state: 'removed', repository: 'dags', branch: 'feature/hardy' };
const entry: OutboxEntry = {
  name: `offshoot-outbox-list-${UID}`,
  namespace: 'offshoot',
  uid: 'of-config-map',
  channel: 'list',
  createdAt: NOW.toISOString(),
  previewUid: UID,
  announcement: what,
  to: { list: 'then' },
  place: { line: 4 },
};
const seen = (parts: Partial<Known> = {}) =>
  decide({
    channel,
    preview,
    repository: withList(aRepository('')),
    entry: undefined,
    told: undefined,
    noted: undefined,
    now: NOW,
    ...parts,
  });

const first = seen();
const hash = first.do === 'tell' ? first.hash : '';
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

test('what was never told is told, whom the DagRepository names, with no place to begin with', () => {
  expect(first).toMatchObject({ do: 'tell', to: { list: 'dags' }, what: { state: 'ready' }, at: undefined });
});

test.each<[string, Partial<Known>, object]>([
  ['noted already', { noted: { place: { line: 1 }, hash } }, { do: 'settle' }],
  ['noted otherwise', { noted: { place: { line: 1 }, hash: 'x' } }, { do: 'tell', at: { line: 1 } }],
  [
    'told otherwise than noted: what this process told counts',
    {
      told: { place: { line: 2 }, hash, over: false },
      noted: { place: { line: 1 }, hash: 'x' },
    },
    { do: 'settle' },
  ],
  ['of a DagRepository without this channel', { repository: aRepository('') }, { do: 'settle' }],
  ['of a DagRepository that is gone', { repository: undefined }, { do: 'settle' }],
  ['about to be removed', { preview: aPreview(ready, { deletionTimestamp: 'now' }) }, { do: 'settle' }],
  ['gone', { preview: undefined }, { do: 'nothing' }],
  ['over', { told: { place: { line: 2 }, hash: 'x', over: true } }, { do: 'nothing' }],
  ['removed', { entry }, { do: 'tell', to: { list: 'then' }, what, at: { line: 4 } }],
  ['removed long since', { entry, now: later(24) }, { do: 'tell' }],
  ['removed too long since', { entry, now: later(24.1) }, { do: 'give up' }],
  [
    'removed, in a message that this process moved',
    { entry, told: { place: { line: 5 }, hash, over: false } },
    { do: 'tell', at: { line: 5 } },
  ],
  [
    'removed and told so',
    { entry, told: { place: { line: 5 }, hash: contentHash(what), over: true } },
    { do: 'settle' },
  ],
])('a preview that is %s', (_title, parts, step) => {
  expect(seen(parts)).toMatchObject(step);
});
