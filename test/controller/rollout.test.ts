import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rollOut } from '../../src/controller/repository/rollout.ts';
import { aCondition, aPreview, NOW, verified } from '../support/builders.ts';
import type { Preview } from '../../src/model/preview.ts';
import type { Reason } from '../../src/model/reasons.ts';

interface Parts {
  /** What it may run, and what it does run: `new` is the current rendering. */
  granted?: string;
  runs?: string;
  ready?: Reason;
  works?: boolean;
  /** Minutes since its update began, and whether it worked before. */
  updating?: { minutes: number; worked: boolean };
}

const now = NOW.getTime();
/** `at` is its age: the second it was made. */
const one = (
  at: number,
  { granted = 'old', runs = granted, ready = 'Ready', works = ready === 'Ready', updating }: Parts = {},
): Preview =>
  aPreview({
    name: `p${at}`,
    uid: `uid-${at}`,
    createdAt: `2026-11-20T09:00:${String(at).padStart(2, '0')}Z`,
    status: {
      ...verified,
      admitted: true,
      rendering: runs,
      revision: {
        generation: 1,
        rendering: granted,
        template: {},
        ...(updating && {
          updating: {
            since: new Date(now - updating.minutes * 60_000).toISOString(),
            worked: updating.worked,
          },
        }),
      },
      conditions: [aCondition({ type: 'Ready', status: works ? 'True' : 'False', reason: ready })],
    },
  });
const names = (list: Iterable<Preview>) => [...list].map(({ metadata }) => metadata.name);
const roll = (...previews: Preview[]) => {
  const { update, settled, updated, broken } = rollOut(previews, 'new', now);
  return { update: names(update), settled: names(settled), updated, broken: broken?.metadata.name };
};
const worked = { minutes: 1, worked: true };
const didNot = { minutes: 1, worked: false };
const nothing = { update: [], settled: [], updated: 0, broken: undefined };

test('the two oldest go first', () => {
  expect(roll(one(3), one(1), one(2))).toEqual({ ...nothing, update: ['p1', 'p2'] });
});

test('those that do not work go before, for they have nothing to lose', () => {
  expect(roll(one(1), one(2), one(3, { ready: 'ImagePullFailed' })).update).toEqual(['p3', 'p1']);
});

test('where all is current nothing is done', () => {
  expect(roll(one(1, { granted: 'new' }), one(2, { granted: 'new' }))).toEqual({ ...nothing, updated: 2 });
});

test.each<[what: string, first: Parts, then: object]>([
  [
    'on its way holds its place',
    { granted: 'new', ready: 'Updating', updating: worked },
    { update: ['p2'], settled: [], updated: 0 },
  ],
  [
    'that works holds it until what it runs is what it was granted',
    { granted: 'new', runs: 'old', updating: worked },
    { update: ['p2'], settled: [], updated: 0 },
  ],
  [
    'that works again gives it to the next',
    { granted: 'new', updating: worked },
    { update: ['p2', 'p3'], settled: ['p1'], updated: 1 },
  ],
  [
    'that worked and fails stops everything',
    { granted: 'new', ready: 'ImagePullFailed', updating: worked },
    { update: [], broken: 'p1' },
  ],
  [
    'that worked and was refused stops everything, though it works as before',
    { granted: 'new', runs: 'old', ready: 'Refused', works: true, updating: worked },
    { update: [], broken: 'p1' },
  ],
  [
    'that works on its way, but for its git host, holds its place',
    { granted: 'new', runs: 'old', ready: 'GitUnreachable', works: true, updating: worked },
    { update: ['p2'], broken: undefined },
  ],
  [
    'that worked and does not come back in ten minutes stops everything',
    { granted: 'new', ready: 'Updating', updating: { minutes: 10, worked: true } },
    { update: [], broken: 'p1' },
  ],
  [
    'that did not work before and fails is no reason to stop',
    { granted: 'new', ready: 'ImagePullFailed', updating: didNot },
    { update: ['p2', 'p3'], settled: ['p1'], broken: undefined },
  ],
  [
    'that did not work before has its chance first',
    { granted: 'new', runs: 'old', ready: 'ImagePullFailed', updating: didNot },
    { update: ['p2'], settled: [] },
  ],
  [
    'that did not work before and does not come is waited for ten minutes, no longer',
    { granted: 'new', ready: 'Updating', updating: { minutes: 10, worked: false } },
    { update: ['p2', 'p3'], settled: ['p1'] },
  ],
  [
    'that failed and is to run something else again gets it at once',
    { granted: 'bad', ready: 'ImagePullFailed', updating: worked },
    { update: ['p1', 'p2'], broken: undefined },
  ],
  [
    'that was updated and fails much later is no reason to stop',
    { granted: 'new', ready: 'DagsFolderMissing' },
    { update: ['p2', 'p3'], broken: undefined, updated: 1 },
  ],
])('a preview %s', (_what, first, then) => {
  expect(roll(one(1, first), one(2), one(3), one(4))).toMatchObject(then);
});

test('it is looked at again when its time is over', () => {
  const moving = one(1, { granted: 'new', ready: 'Updating', updating: { minutes: 4, worked: true } });
  expect(rollOut([moving], 'new', now).nextAt).toBe(now + 6 * 60_000);
  expect(rollOut([one(1)], 'new', now).nextAt).toBe(Infinity);
});

/** What happens to one preview between two looks: it is done, it breaks, it heals, or nothing. */
const event = fc.record({ at: fc.nat(7), ready: fc.constantFrom('Ready', 'Updating', 'ImagePullFailed') });

test('whatever comes of the updates: never more than two at a time, none begins beside a broken one, and once all works all are updated', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (history) => {
      let world = Array.from({ length: 8 }, (_, at) => one(at));
      const look = () => {
        const { update, settled, broken } = rollOut(world, 'new', now);
        expect(broken && update.size).toBeFalsy();
        world = world.map((preview, at) => {
          const ready = preview.status!.conditions![0]!.reason;
          const before = preview.status!.revision!;
          if (update.has(preview))
            return one(at, {
              granted: 'new',
              runs: 'old',
              ready,
              updating: { minutes: 0, worked: ready === 'Ready' },
            });
          if (settled.has(preview)) return one(at, { granted: 'new', ready });
          return { ...preview, status: { ...preview.status, revision: before } };
        });
        expect(world.filter(({ status }) => status?.revision?.updating).length).toBeLessThanOrEqual(2);
      };
      const happens = (at: number, ready: Reason) => {
        world = world.map((preview, index) => {
          if (index !== at) return preview;
          const { revision } = preview.status!;
          const updating = revision!.updating && { minutes: 0, worked: revision!.updating.worked };
          return one(at, { granted: revision!.rendering, ready, ...(updating && { updating }) });
        });
      };
      for (const { at, ready } of history) {
        look();
        happens(at, ready);
      }
      for (let round = 0; round < 8; round++) {
        look();
        for (let at = 0; at < 8; at++) happens(at, 'Ready');
      }
      look();
      expect(roll(...world)).toEqual({ ...nothing, updated: 8 });
    }),
    { numRuns: 300 },
  );
});

test('F13: an update that began an hour ahead, for the clock was set back since, is not waited for until then', () => {
  const ahead = { minutes: -60, worked: false };
  expect(roll(one(1, { granted: 'new', runs: 'old', ready: 'Updating', updating: ahead })).settled).toEqual([
    'p1',
  ]);
  const soon = { minutes: -0.5, worked: false }; // clocks may differ a little
  expect(roll(one(1, { granted: 'new', runs: 'old', ready: 'Updating', updating: soon })).settled).toEqual(
    [],
  );
});
