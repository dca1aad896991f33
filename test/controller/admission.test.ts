import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignSlots } from '../../src/controller/repository/admission.ts';
import { aCondition, aPreview, verified, type PreviewParts } from '../support/builders.ts';
import type { Preview } from '../../src/model/preview.ts';

let uids = 0;
/** `at` is its age in line: the second it was made. */
const one = (at: number, parts: PreviewParts & { suspend?: boolean; ready?: string } = {}): Preview => {
  const { suspend, ready, ...rest } = parts;
  const conditions = ready
    ? [aCondition({ type: 'Ready', reason: ready as 'Suspended', observedGeneration: 1 })]
    : [];
  const preview = aPreview({
    name: `p${at}`,
    uid: `uid-${uids++}`,
    createdAt: `2026-11-20T10:00:${String(at).padStart(2, '0')}Z`,
    ...rest,
    status: { ...verified, ...rest.status, conditions },
  });
  return { ...preview, spec: { ...preview.spec, ...(suspend && { suspend }) } };
};
const admitted = { status: { admitted: true } };
const names = (list: Iterable<Preview>) => [...list].map(({ metadata }) => metadata.name).sort();
const nothing = () => false;

test('the oldest wishes get the free slots; the others wait in that order', () => {
  const { admitted: in_, waiting } = assignSlots([one(3), one(1), one(4), one(2)], 2, nothing);
  expect(names(in_)).toEqual(['p1', 'p2']);
  expect(waiting.map(({ metadata }) => metadata.name)).toEqual(['p3', 'p4']);
});

test('made in the same second, the name decides', () => {
  const twins = [one(1, { name: 'b' }), one(1, { name: 'a' })];
  expect(names(assignSlots(twins, 1, nothing).admitted)).toEqual(['a']);
});

test.each<[what: string, preview: Preview, holds: boolean]>([
  ['that is admitted', one(9, admitted), true],
  ['that is going', one(9, { ...admitted, deleting: true }), true],
  ['that is going and never had a slot', one(9, { deleting: true }), false],
  ['that nobody has verified', one(9, { status: { branch: {} } }), false],
  ['without URL', { ...one(9), status: { branch: { head: 'x' } } }, false],
  ['that is suspended', one(9, { suspend: true }), false],
  ['that is suspended, its removal not heard of', one(9, { ...admitted, suspend: true }), true],
  ['that is suspended and being removed', one(9, { ...admitted, suspend: true, ready: 'Removing' }), true],
  ['that is suspended and removed', one(9, { ...admitted, suspend: true, ready: 'Suspended' }), false],
  [
    'that is suspended again since its removal',
    one(9, { ...admitted, suspend: true, ready: 'Suspended', generation: 3 }),
    true,
  ],
  ['that was suspended and is no more', one(9, { ...admitted, ready: 'Suspended' }), true],
  [
    'whose branch is gone and whose namespace too',
    one(9, { status: { admitted: true, branch: { missing: true } }, ready: 'BranchNotFound' }),
    false,
  ],
])('a Preview %s', (_what, preview, holds) => {
  const { admitted: in_ } = assignSlots([preview], holds ? 0 : 1, nothing);
  // One without a claim gets none, were there room or not; one that has it keeps it, were there none.
  expect(in_.has(preview)).toBe(holds);
});

test('whoever has a namespace holds a slot, whatever its status says: an earlier version’s previews go on running', () => {
  const previews = [one(1), one(2), one(3)];
  const { admitted: in_, waiting } = assignSlots(previews, 1, ({ metadata }) => metadata.name !== 'p1');
  expect(names(in_)).toEqual(['p2', 'p3']);
  expect(names(waiting)).toEqual(['p1']);
});

/** A history: previews come, are suspended, resumed or deleted, and the limit changes; their namespaces come and go by themselves. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('come' as const) }),
  fc.record({
    kind: fc.constantFrom('suspend' as const, 'resume' as const, 'delete' as const),
    at: fc.nat(20),
  }),
  fc.record({ kind: fc.constant('limit' as const), max: fc.nat(4) }),
);

test('whatever happens: no more than the limit, nobody loses a slot unasked, nobody is overtaken, and in the end nobody waits beside a free slot', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (history) => {
      let [world, max, second] = [[] as Preview[], 2, 0];
      const decide = () => {
        const before = new Set(world.filter(({ status }) => status?.admitted));
        const { admitted: in_, waiting } = assignSlots(world, max, nothing);
        const fresh = [...in_].filter((preview) => !before.has(preview));
        if (fresh.length) expect(in_.size).toBeLessThanOrEqual(max);
        for (const late of fresh)
          for (const waits of waiting)
            expect(late.metadata.creationTimestamp! <= waits.metadata.creationTimestamp!).toBe(true);
        for (const preview of before)
          if (!preview.spec.suspend && !preview.metadata.deletionTimestamp)
            expect(in_.has(preview)).toBe(true);
        expect(waiting.length === 0 || in_.size >= max).toBe(true);
        world = world.map((preview) => {
          const { admitted: _, ...status } = preview.status!;
          return { ...preview, status: { ...status, ...(in_.has(preview) && { admitted: true }) } };
        });
      };
      /** What the preview reconciler does meanwhile. */
      const remove = () => {
        world = world
          .filter(({ metadata }) => !metadata.deletionTimestamp)
          .map((preview) =>
            preview.spec.suspend
              ? {
                  ...preview,
                  status: {
                    ...preview.status,
                    conditions: one(0, { ready: 'Suspended' }).status!.conditions!,
                  },
                }
              : { ...preview, status: { ...preview.status, conditions: [] } },
          );
      };
      for (const event of history) {
        if (event.kind === 'come') world = [...world, one(second++)];
        else if (event.kind === 'limit') max = event.max;
        else {
          const { kind, at } = event;
          world = world.map((preview, index) => {
            if (index !== at % world.length) return preview;
            if (kind === 'delete')
              return { ...preview, metadata: { ...preview.metadata, deletionTimestamp: 'now' } };
            return { ...preview, spec: { ...preview.spec, suspend: kind === 'suspend' } };
          });
        }
        decide();
        if (second % 3 === 0) remove();
      }
      remove();
      decide();
      const wishes = world.filter(({ spec }) => !spec.suspend);
      expect(wishes.filter(({ status }) => status?.admitted).length).toBeGreaterThanOrEqual(
        Math.min(max, wishes.length),
      );
    }),
    { numRuns: 500 },
  );
});
