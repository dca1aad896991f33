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
 * Pods that DAGs start rarely say what they need; without requests the quota would refuse them, and without limits one of them could
 * use up the memory of its node, or fill the disk that it shares with all other previews. Whoever asks for more gets it as its limit
 * (`offshoot_policy.py`). No limit of CPU: it doubles the start.
 */
export function limitRange(design: Design): KubeObject {
  const container = {
    type: 'Container',
    default: { memory: '1Gi', 'ephemeral-storage': '4Gi' },
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
