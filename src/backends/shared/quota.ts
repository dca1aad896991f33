import { meta } from './meta.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

export function quota(design: Design): KubeObject {
  const hard = Object.fromEntries(
    Object.entries(design.quota).map(([resource, amount]) => [resource, String(amount)]),
  );
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: meta(design, 'preview', 'quota'),
    spec: { hard },
  };
}

/** Pods that DAGs start rarely say what they need; without requests the quota would refuse them. No CPU limit: it doubles the start. */
export function limitRange(design: Design): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: meta(design, 'preview', 'quota'),
    spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '50m', memory: '256Mi' } }] },
  };
}
