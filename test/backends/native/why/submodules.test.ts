import { expect, test } from 'vitest';
import { explain } from '../../../../src/backends/native/why/explain.ts';
import { submoduleMissing } from '../../../../src/backends/native/why/submodules.ts';
import { aDesign, anAirflowPod, aScene, aPod, NOW } from '../../../support/builders.ts';
import type { Warning } from '../../../../src/observe/api.ts';

const WORDS =
  'Submodule libs/common cannot be fetched: Host key verification failed. No such file or directory';
const probe = (message: string, agoMs = 0, about = 'Pod/airflow-7d9f'): Warning => ({
  reason: 'Unhealthy',
  message,
  about,
  lastSeen: NOW.getTime() - agoMs,
});
const scene = (warning: Warning, parts: Parameters<typeof anAirflowPod>[1] = {}) =>
  aScene({ pods: [aPod('postgres'), anAirflowPod({}, parts)], warnings: [warning] });

test('B12: a submodule that cannot be fetched is a reason of its own, which names it', () => {
  expect(submoduleMissing(scene(probe(`Liveness probe failed: ${WORDS}\n`)), aDesign())).toEqual({
    reason: 'SubmoduleMissing',
    message: `${WORDS} DAGs that do not need it work. The preview's credentials must be able to read it at a URL that pods can reach; it is retried every few minutes.`,
  });
});

test.each([
  ['another probe', probe('Readiness probe failed: Submodule x cannot be fetched: y')],
  ['another liveness probe', probe('Liveness probe failed: connection refused')],
  ['what is long ago', probe(`Liveness probe failed: ${WORDS}`, 400_000)],
  ['another pod', probe(`Liveness probe failed: ${WORDS}`, 0, 'Pod/airflow-before')],
])('B12: %s says nothing of submodules', (_what, warning) => {
  expect(submoduleMissing(scene(warning), aDesign())).toBeUndefined();
});

test('B12: nor are its words taken for a missing folder or for git-sync’s own', () => {
  const starting = scene(probe(`Liveness probe failed: ${WORDS} "Err":"x"`), { ready: false });
  expect(explain(starting, aDesign())).toBeUndefined();
});
