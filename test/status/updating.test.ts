import { expect, test } from 'vitest';
import { previewStatus } from '../../src/status/preview-status.ts';
import {
  aDagRepository,
  aDesign,
  anAirflowPod,
  anObserved,
  aPod,
  aPreview,
  NOW,
  verified,
} from '../support/builders.ts';
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
    repository: aDagRepository(),
    trouble: undefined,
    contested: [],
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
  const late = anObserved({ pods: [aPod('postgres', { deleting: true }), anAirflowPod()] });
  expect(ready({ observed: late })).toMatchObject({
    status: 'False',
    reason: 'Updating',
    message: 'Updating to generation 7 of the DagRepository. PostgreSQL is starting.',
  });
  const missing = { ready: false, running: false, waiting: { reason: 'ErrImagePull', message: 'x' } };
  const broken = anObserved({
    pods: [aPod('postgres'), anAirflowPod({ scheduler: missing })],
    airflow: undefined,
  });
  expect(ready({ observed: broken })).toMatchObject({ status: 'False', reason: 'ImagePullFailed' });
  expect(ready({})).toMatchObject({ status: 'True', reason: 'Ready' });
});
