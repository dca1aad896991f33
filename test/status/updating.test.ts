import { expect, test } from 'vitest';
import { previewStatus } from '../../src/status/preview-status.ts';
import { aDagRepository, aDesign, anObserved, aPreview, aSeen, NOW, verified } from '../support/builders.ts';
import type { Preview } from '../../src/model/preview.ts';
import type { StatusInput } from '../../src/status/api.ts';

const revision = { generation: 7, rendering: 'new', template: {}, updating: { since: 'then', worked: true } };
const before: Preview = aPreview({
  status: { ...verified, revision, repositoryGeneration: 6, rendering: 'old' },
  generation: 3,
});

const status = (parts: Partial<StatusInput>) =>
  previewStatus({
    preview: before,
    plan: { kind: 'Converge', design: aDesign() },
    observed: anObserved(),
    seen: aSeen(),
    repository: aDagRepository(),
    trouble: undefined,
    now: NOW,
    ...parts,
  });
const ready = (parts: Partial<StatusInput>) => status(parts).conditions?.[0];

test('what it runs is what it was granted once that is applied, and until then what it ran before', () => {
  const applied = { repositoryGeneration: 7, rendering: 'new' };
  const still = { repositoryGeneration: 6, rendering: 'old' };
  expect(status({})).toMatchObject(applied);
  expect(status({ trouble: { reason: 'Refused', message: 'No.' } })).toMatchObject(still);
  expect(status({ plan: { kind: 'Hold', design: aDesign() } })).toMatchObject(still);
  const removed = status({ plan: { kind: 'Teardown', keep: undefined } });
  expect([removed.repositoryGeneration, removed.rendering]).toEqual([undefined, undefined]);
});

test('while it is updated it says so, unless something is wrong', () => {
  const step = { reason: 'DatabaseStarting', message: 'The database is starting.' } as const;
  const late = aSeen({ milestones: [{ type: 'DatabaseReady', reached: false, step }] });
  expect(ready({ seen: late })).toMatchObject({
    status: 'False',
    reason: 'Updating',
    message: 'Updating to generation 7 of the DagRepository. The database is starting.',
  });
  const broken = aSeen({ ...late, blocking: { reason: 'ImagePullFailed', message: 'x' } });
  expect(ready({ seen: broken })).toMatchObject({ status: 'False', reason: 'ImagePullFailed' });
  expect(ready({})).toMatchObject({ status: 'True', reason: 'Ready' });
});
