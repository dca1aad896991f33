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

/**
 * Pods that DAGs start rarely say what they need; without requests the quota would refuse them, and without a limit one of them could
 * fill the disk that it shares with all other previews. Twice what a task's own volumes hold. No limit of CPU: it doubles the start;
 * none of memory: what a task needs is the task's business.
 */
export function limitRange(design: Design): KubeObject {
  const container = {
    type: 'Container',
    default: { 'ephemeral-storage': '20Gi' },
    // Unless said, Kubernetes takes the limit for the request, and hardly a node would have room for so much.
    defaultRequest: { cpu: '50m', memory: '256Mi', 'ephemeral-storage': '0' },
  };
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: meta(design, 'preview', 'quota'),
    spec: { limits: [container] },
  };
}
