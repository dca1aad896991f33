import { expect, test } from 'vitest';
import { explain } from '../../../src/status/explain.ts';
import { aDesign, anObserved, aPod } from '../../support/builders.ts';
import type { Contested } from '../../../src/model/contested.ts';
import type { Observed } from '../../../src/observe/api.ts';

const explained = (observed: Observed, contested: Contested[]) => explain(observed, aDesign(), contested);
const fought = (object: string, by?: string) => ({ change: 'contested' as const, object, by, againInMs: 0 });
const noRoom = anObserved({
  pods: [aPod('postgres', { ready: false, unschedulable: '0/1 nodes', containers: [] })],
  airflow: undefined,
});

test('F10: a Deployment that somebody fights over explains what is wrong with its pods', () => {
  expect(explained(noRoom, [fought('Secret/x', 'a'), fought('Deployment/airflow', 'hpa')])).toEqual({
    reason: 'Contested',
    message: expect.stringMatching(
      /^Deployment airflow is repeatedly changed .* by field manager "hpa"\. Offshoot restores it/,
    ) as string,
  });
});

test('F10: another object explains it only if nothing else does; who is not known is not named', () => {
  const contested = [fought('Secret/airflow-keys'), fought('Service/airflow')];
  expect(explained(noRoom, contested)?.reason).toBe('PodUnschedulable');
  expect(explained(anObserved({ airflow: undefined }), contested)?.message).toMatch(
    /^Secret airflow-keys \(and Service airflow\) is repeatedly changed or deleted\. Offshoot/,
  );
});
