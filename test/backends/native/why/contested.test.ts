import { expect, test } from 'vitest';
import { explain } from '../../../../src/backends/native/why/explain.ts';
import { aDesign, aScene, aPod } from '../../../support/builders.ts';
import type { Scene } from '../../../../src/backends/native/look/scene.ts';

const explained = (scene: Scene) => explain(scene, aDesign());
const fought = (object: string, by?: string) => ({ change: 'contested' as const, object, by, againInMs: 0 });
const noRoom = aScene({
  pods: [aPod('postgres', { ready: false, unschedulable: '0/1 nodes', containers: [] })],
});

test('F10: a Deployment that somebody fights over explains what is wrong with its pods', () => {
  const scene = { ...noRoom, contested: [fought('Secret/x', 'a'), fought('Deployment/airflow', 'hpa')] };
  expect(explained(scene)).toEqual({
    reason: 'Contested',
    message: expect.stringMatching(
      /^Deployment airflow is repeatedly changed .* by field manager "hpa"\. Offshoot restores it/,
    ) as string,
  });
});

test('F10: another object explains it only if nothing else does; who is not known is not named', () => {
  const contested = [fought('Secret/airflow-keys'), fought('Service/airflow')];
  expect(explained({ ...noRoom, contested })?.reason).toBe('PodUnschedulable');
  expect(explained({ ...aScene(), contested })?.message).toMatch(
    /^Secret airflow-keys \(and Service airflow\) is repeatedly changed or deleted\. Offshoot/,
  );
});
