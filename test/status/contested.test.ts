import { expect, test } from 'vitest';
import { v3 } from '../../src/airflow/v3/dialect.ts';
import { explained } from '../../src/backends/native/look/look.ts';
import { previewStatus } from '../../src/status/preview-status.ts';
import {
  aDagRepository,
  aDesign,
  anObserved,
  aPreview,
  aScene,
  aSeen,
  NOW,
  verified,
} from '../support/builders.ts';
import type { Contested } from '../../src/model/contested.ts';

const fought = (object: string, by?: string, againInMs = 0): Contested => ({
  change: 'contested',
  object,
  by,
  againInMs,
});
const status = (...contested: Contested[]) =>
  previewStatus({
    preview: aPreview({ status: verified }),
    plan: { kind: 'Converge', design: aDesign() },
    observed: anObserved(),
    seen: aSeen(explained(aScene({ contested }), aDesign(), v3.parts)),
    repository: aDagRepository(),
    trouble: undefined,
    now: NOW,
  });

test('F10: a preview that works while somebody fights over an object stays ready, and says who', () => {
  const now = status(fought('NetworkPolicy/isolation', 'kyverno'));
  const [ready] = now.conditions ?? [];
  expect(ready).toMatchObject({ type: 'Ready', status: 'True', reason: 'Contested' });
  expect(ready?.message).toMatch(
    /^NetworkPolicy isolation is repeatedly changed or deleted by field manager "kyverno"\. .* away from namespace dags-feature-hardy/,
  );
  const later = status(fought('NetworkPolicy/isolation', 'kyverno', 40_000));
  expect(later, 'the same words, whenever the next try is').toEqual(now);
  expect(status().conditions?.[0], 'when the fight is over').toMatchObject({
    status: 'True',
    reason: 'Ready',
  });
});

test('B08: it says which field of which object whose field manager keeps changing', () => {
  const scaled = { ...fought('Deployment/airflow', 'downscaler'), field: 'spec.replicas' };
  const [ready] = status(scaled).conditions ?? [];
  expect(ready?.message).toMatch(
    /^Field manager "downscaler" keeps changing spec\.replicas of Deployment airflow\. /,
  );
});
