import { afterAll, beforeAll, expect, test } from 'vitest';
import { assess } from '../../src/cli/assess.ts';
import { assignSlots } from '../../src/controller/repository/admission.ts';
import { badgeOf } from '../../src/model/preview-view.ts';
import { asleep } from '../../src/model/reason-kinds.ts';
import { reasons } from '../../src/model/reasons.ts';
import { announcementOf } from '../../src/notify/announce.ts';
import { previewStatus } from '../../src/status/preview-status.ts';
import { aCondition, anObserved, aPreview, NOW, verified } from '../support/builders.ts';
import type { ReasonRow } from '../../src/model/reason-kinds.ts';
import type { Reason } from '../../src/model/reasons.ts';

/** All that a lifecycle in which previews fall asleep needs of reasons. */
const row: ReasonRow = {
  ...asleep,
  about: 'life',
  word: 'Asleep',
  meaning: 'Nobody has visited it for a while.',
  remedy: 'Open its URL.',
};
const IdleAsleep = 'IdleAsleep' as Reason;
// Pure test files share their modules: the next file must not find this row.
beforeAll(() => void Object.assign(reasons, { [IdleAsleep]: row }));
afterAll(() => void Reflect.deleteProperty(reasons, IdleAsleep));

const said = { reason: IdleAsleep, message: 'Nobody came for a week.' };
const condition = aCondition({ type: 'Ready', observedGeneration: 1, ...said });
const sleeping = aPreview({
  generation: 1,
  status: { ...verified, admitted: true, conditions: [condition] },
});

test('a reason is one row: whatever treats reasons differently treats the new one by its columns', () => {
  const { conditions } = previewStatus({
    preview: sleeping,
    plan: { kind: 'Teardown', keep: said },
    observed: anObserved(),
    repository: undefined,
    trouble: undefined,
    seen: undefined,
    now: NOW,
  });
  expect(conditions).toMatchObject([
    { type: 'Ready', status: 'False', ...said },
    { type: 'Reconciling', status: 'False' },
    { type: 'Stalled', status: 'True' },
  ]);
  expect(assess(sleeping, { for: 'ready', commit: undefined })).toMatchObject({ state: 'failing', ...said });
  expect(badgeOf(false, IdleAsleep)).toMatchObject({ colour: 'wait', word: 'Asleep' });
  expect(announcementOf(sleeping)).toMatchObject({ state: 'suspended' });
});

test('a preview that wants no slot and reports that reason gives its slot back', () => {
  const unwanted = { ...sleeping, spec: { ...sleeping.spec, suspend: true } };
  expect(assignSlots([unwanted], 1, () => false).admitted.size).toBe(0);
});
