import { expect, test } from 'vitest';
import { grant, type GrantInput } from '../../src/controller/repository/grants.ts';
import { branchHash } from '../../src/model/names.ts';
import { pathUrls } from '../../src/plan/urls/path.ts';
import { templateOf } from '../../src/model/template.ts';
import {
  aCondition,
  aDagRepository,
  aMark,
  aPreview,
  HEAD,
  NOW,
  OTHER_HEAD,
  URL_OF_HARDY,
  verified,
  type PreviewParts,
} from '../support/builders.ts';
import type { Preview } from '../../src/model/preview.ts';

const BASE = 'https://airflow.example.com';
const hashed = (branch: string) => `${BASE}/${branch}-${branchHash('offshoot', 'dags', branch)}`;
const grantAll = (previews: Preview[], parts: Partial<GrantInput> = {}) =>
  grant({
    repository: aDagRepository(),
    previews,
    facts: new Map(),
    urls: pathUrls,
    ownsBase: true,
    foreign: () => false,
    exists: () => false,
    rendering: 'one',
    now: NOW,
    ...parts,
  });
const granted = (previews: Preview[], parts: Partial<GrantInput> = {}) => {
  const { grants } = grantAll(previews, parts);
  return previews.map((preview) => grants.get(preview)!);
};
const named = (name: string, parts: PreviewParts = {}) => aPreview({ name, uid: `uid-${name}`, ...parts });

/** What a DagRepository of the tests is granted to run. */
const revision = { generation: 1, rendering: 'one', template: templateOf(aDagRepository().spec) };

test('a branch that the host confirms gets its URL, a slot and what to run with one write', () => {
  const preview = named('a', { annotations: aMark({ requested: 'then', pusher: 'dana' }) });
  const facts = new Map([['uid-a', { head: HEAD, handledCheck: 'then' }]]);
  expect(granted([preview], { facts })).toEqual([
    {
      branch: { head: HEAD, pusher: 'dana', handledCheck: 'then' },
      url: URL_OF_HARDY,
      admitted: true,
      revision,
    },
  ]);
});

test('a branch that nobody has confirmed gets nothing', () => {
  expect(granted([named('a')])).toEqual([{}]);
});

test('a further push changes the head and nothing else; a branch that is missing keeps its URL', () => {
  const before = { ...verified, admitted: true, revision };
  const preview = named('a', { status: before });
  const moved = new Map([['uid-a', { head: OTHER_HEAD, handledCheck: undefined }]]);
  expect(granted([preview], { facts: moved })).toEqual([{ ...before, branch: { head: OTHER_HEAD } }]);
  const missing = new Map([['uid-a', { missing: true as const }]]);
  expect(granted([preview], { facts: missing })).toEqual([{ ...before, branch: { missing: true } }]);
});

test('who waits is told its place, the slots in use and the limit', () => {
  const repository = aDagRepository({ maxPreviews: 1 });
  const list = ['a', 'b', 'c'].map((name) =>
    named(name, { status: { branch: { head: HEAD } }, branch: name }),
  );
  const { grants, inUse, waiting } = grantAll(list.toReversed(), { repository });
  expect([inUse, waiting]).toEqual([1, 2]);
  expect(list.map((one) => grants.get(one)?.queue)).toEqual([
    undefined,
    { place: 1, inUse: 1, max: 1 },
    { place: 2, inUse: 1, max: 1 },
  ]);
});

test.each<[what: string, url: string]>([
  ['a stranger’s address', 'https://evil.example/x'],
  ['no URL', 'nonsense'],
  ['a script', 'javascript:alert(1)'],
  ['another branch’s address', `${BASE}/feature/other`],
  ['an address below its own', `${URL_OF_HARDY}/x`],
  ['its own with a query', `${URL_OF_HARDY}?a`],
  ['nothing', ''],
])('%s in status.url, written by hand, is what was granted again', (_what, url) => {
  expect(granted([named('a', { status: { ...verified, url } })])[0]?.url).toBe(URL_OF_HARDY);
});

test('a URL stays, whatever becomes of the base', () => {
  const repository = aDagRepository({ url: { base: 'https://new.example.com' } });
  const preview = named('a', { status: verified });
  for (const ownsBase of [true, false])
    expect(granted([preview], { repository, ownsBase })[0]?.url).toBe(URL_OF_HARDY);
});

test('two Previews of one branch never share an address: the older has it', () => {
  const [old, young] = [
    named('old', { status: verified, createdAt: '2026-11-20T09:00:00Z' }),
    named('young', { status: verified, createdAt: '2026-11-20T10:00:00Z' }),
  ];
  expect(granted([young, old]).map(({ url }) => url)).toEqual([hashed('feature/hardy'), URL_OF_HARDY]);
});

test('F7: a URL on a host that is another DagRepository’s goes, and comes back on its own', () => {
  const preview = named('a', { status: verified });
  const foreign = (url: string) => url.startsWith(BASE);
  expect(granted([preview], { foreign, ownsBase: false })[0]?.url).toBeUndefined();
  const repository = aDagRepository({ url: { base: 'https://new.example.com' } });
  expect(granted([preview], { foreign, repository })[0]?.url).toBe('https://new.example.com/feature/hardy');
});

test('F7: no preview of a repository lies below another: the younger, or who is without, has a path of its own', () => {
  const flat = `${BASE}/feature-hardy-api-${branchHash('offshoot', 'dags', 'feature/hardy/api')}`;
  const [old, young] = [
    named('old', { status: verified, createdAt: '2026-11-20T09:00:00Z' }),
    named('young', {
      branch: 'feature/hardy/api',
      status: { ...verified, url: `${URL_OF_HARDY}/api` },
      createdAt: '2026-11-20T10:00:00Z',
    }),
  ];
  expect(granted([young, old]).map(({ url }) => url)).toEqual([flat, URL_OF_HARDY]);
  const late = named('young', { branch: 'feature/hardy/api', status: { branch: { head: HEAD } } });
  expect(granted([late, old])[0]?.url).toBe(flat);
  const kept = { ...late, status: { ...verified, url: flat } };
  expect(granted([kept, old])[0]?.url).toBe(flat);
});

test('without the base there is no new URL, and so no slot', () => {
  const preview = named('a', { status: { branch: { head: HEAD } } });
  expect(granted([preview], { ownsBase: false })).toEqual([{ branch: { head: HEAD } }]);
});

test('what is granted is granted again: nothing to write', () => {
  const list = ['a', 'b', 'c'].map((name) =>
    named(name, { branch: name, status: { branch: { head: HEAD } } }),
  );
  const first = granted(list);
  const after = list.map((one, at) => ({ ...one, status: { ...first[at] } }));
  expect(granted(after)).toEqual(first);
});

const runs = (rendering: string, more: object = {}) => ({
  status: {
    ...verified,
    admitted: true,
    rendering,
    revision: { ...revision, rendering, ...more },
    conditions: [aCondition({ type: 'Ready', status: 'True', reason: 'Ready' })],
  },
});
const there = { exists: () => true, rendering: 'two' };

test('a changed rendering reaches what runs by an update, two at a time, and is told with how it was before', () => {
  const list = ['a', 'b', 'c'].map((name) => named(name, { branch: name, ...runs('one') }));
  const updating = { since: NOW.toISOString(), worked: true };
  const changed = { ...revision, rendering: 'two' };
  expect(granted(list, there).map((one) => one.revision)).toEqual([
    { ...changed, updating },
    { ...changed, updating },
    { ...revision },
  ]);
});

test('an update that is over is told no more', () => {
  const [one] = granted([named('a', runs('two', { updating: { since: 'then', worked: true } }))], there);
  expect(one?.revision).toEqual({ ...revision, rendering: 'two' });
});

test('what is not there yet begins with what is current, all of it at once', () => {
  const list = ['a', 'b', 'c'].map((name) => named(name, { branch: name, ...runs('one') }));
  const all = granted(list, { rendering: 'two' });
  expect(all.map((one) => one.revision)).toEqual(list.map(() => ({ ...revision, rendering: 'two' })));
});

test('a new generation that renders the same changes nothing', () => {
  const repository = aDagRepository({ resyncInterval: '1h', quota: { pods: '60' } });
  repository.metadata.generation = 7;
  const preview = named('a', runs('one'));
  expect(granted([preview], { repository, exists: () => true })[0]).toEqual({
    branch: preview.status?.branch,
    url: URL_OF_HARDY,
    admitted: true,
    revision,
  });
});
