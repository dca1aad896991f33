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
 * (`offshoot_policy.py`).
 */
export function limitRange(design: Design): KubeObject {
  const container = {
    type: 'Container',
    default: defaultLimits(design),
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

/** What a container may take that sets no limit of its own. */
export const defaultLimits = ({ quota }: Pick<Design, 'quota'>): Record<string, string> => ({
  ...cpuLimit(quota['limits.cpu']),
  memory: '1Gi',
  'ephemeral-storage': '4Gi',
});

/** An Airflow in parts and its database have six containers; two tasks should have room beside them. */
const SHARES = 8;
/** What the greediest of our containers requests; and what is more makes hardly a difference to how soon Airflow has started. */
const [LEAST, MOST] = [100, 2_000];

/**
 * A limit of CPU slows the start, so there is none, unless the quota counts it: it then refuses every pod with a container without
 * one, ours too.
 */
function cpuLimit(counted: string | number | undefined): Record<string, string> {
  if (counted === undefined) return {};
  const share = Math.floor(millicores(String(counted)) / SHARES);
  return { cpu: `${Math.min(Math.max(share, LEAST), MOST)}m` };
}

/** Of the ways to write a quantity, those that people write CPUs in; any other is more than enough. */
const millicores = (quantity: string) =>
  (quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1_000) || Infinity;
