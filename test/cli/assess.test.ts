import { expect, test } from 'vitest';
import { assess } from '../../src/cli/assess.ts';
import { annotation } from '../../src/model/labels.ts';
import { aCondition, aPreview, HEAD, OTHER_HEAD, verified } from '../support/builders.ts';
import type { Goal } from '../../src/cli/assess.ts';
import type { Condition } from '../../src/model/conditions.ts';
import type { Preview } from '../../src/model/preview.ts';

const ready: Goal = { for: 'ready', commit: undefined };
const atHead: Goal = { for: 'ready', commit: HEAD.slice(0, 7) };
const gone: Goal = { for: 'gone' };

const saying = (
  said: Partial<Condition>,
  more: { synced?: string; expected?: string; deleting?: boolean } = {},
) =>
  aPreview({
    deleting: more.deleting ?? false,
    ...(more.expected && {
      annotations: {
        [annotation.checkRequested]: '2026-11-20T10:00:00Z',
        [annotation.expectedHead]: more.expected,
      },
    }),
    status: {
      ...verified,
      conditions: [aCondition({ type: 'Ready', ...said })],
      ...(more.synced && { commit: { synced: more.synced } }),
    },
  });
const well: Partial<Condition> = { status: 'True', reason: 'Ready', message: 'Open it.' };
const broken: Partial<Condition> = { reason: 'ImagePullFailed', message: 'Cannot pull image x.' };

test.each<[what: string, preview: Preview | undefined, goal: Goal, state: string, message: RegExp]>([
  ['no preview yet', undefined, ready, 'pending', /no preview for it yet/],
  ['a preview nobody has looked at', aPreview(), ready, 'pending', /has not reported on it/],
  ['one that is getting there', saying({ reason: 'DatabaseStarting' }), ready, 'pending', /A sentence/],
  ['one with a failure', saying(broken), ready, 'failing', /Cannot pull image x/],
  ['one that is ready', saying(well), ready, 'done', /Open it/],
  ['one that is being removed', saying(well, { deleting: true }), ready, 'pending', /being removed/],
  ['one at the head', saying(well, { synced: HEAD }), ready, 'done', /Open it/],
  ['one with a newer head', saying(well, { synced: OTHER_HEAD }), ready, 'pending', /22222222; 11111111 has/],
  [
    'one whose newer head is not confirmed yet',
    saying(well, { synced: HEAD, expected: OTHER_HEAD }),
    ready,
    'pending',
    /11111111; 22222222 has/,
  ],
  [
    'one whose newer head cannot come',
    saying({ ...well, reason: 'GitRefused' }, { synced: OTHER_HEAD }),
    ready,
    'failing',
    /Open it/,
  ],
  [
    'one at the commit that is asked for, with a newer head',
    saying(well, { synced: HEAD, expected: OTHER_HEAD }),
    atHead,
    'done',
    /Open it/,
  ],
  ['one at the commit', saying(well, { synced: HEAD }), atHead, 'done', /Open it/],
  ['one at another commit', saying(well, { synced: OTHER_HEAD }), atHead, 'pending', /22222222; 1111111 has/],
  ['one whose commit nobody knows', saying(well), atHead, 'pending', /--synced-url/],
  ['one at the commit but failing', saying(broken, { synced: HEAD }), atHead, 'failing', /image x/],
  [
    'one that is ready though git is not',
    saying({ ...well, reason: 'GitRefused' }),
    ready,
    'done',
    /Open it/,
  ],
  [
    'one whose next commit cannot come',
    saying({ ...well, reason: 'GitRefused' }, { synced: OTHER_HEAD }),
    atHead,
    'failing',
    /Open it/,
  ],
  ['one that somebody took down', saying({ reason: 'Suspended' }), ready, 'failing', /A sentence/],
  ['no preview, which was wished for', undefined, gone, 'done', /preview is gone/],
  ['one whose branch is there', saying(well), gone, 'pending', /still exists/],
  ['one on its way out', saying({ reason: 'Removing' }, { deleting: true }), gone, 'pending', /A sentence/],
  [
    'one that cannot go',
    saying({ reason: 'RemovalStuck' }, { deleting: true }),
    gone,
    'failing',
    /A sentence/,
  ],
])('%s', (_what, preview, goal, state, message) => {
  expect(assess(preview, goal)).toMatchObject({ state, message: expect.stringMatching(message) as string });
});
