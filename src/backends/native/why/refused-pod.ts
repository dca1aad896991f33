import { podOf } from '../look/pods-of.ts';
import { PARTS } from '../parts.ts';
import type { Warning } from '../../../observe/api.ts';
import type { Scene } from '../look/scene.ts';
import type { Why } from './why.ts';

export const refusedPod: Why = (scene) => {
  const refusal = PARTS.map((part) => refusalOf(part, scene)).find(Boolean);
  if (!refusal) return undefined;
  const { message } = refusal;
  if (message.includes('exceeded quota')) {
    return {
      reason: 'QuotaExceeded',
      message: `A pod exceeds the quota: ${message} Raise spec.quota of the DagRepository, or wait until running tasks have ended.`,
    };
  }
  return { reason: 'Refused', message: `A pod was refused: ${message} ${remedy(message)}` };
};

/** A quota of somebody else may count what our containers do not limit; ours brings defaults for what it counts. */
const remedy = (message: string) =>
  /failed quota: .*limits\.cpu/.test(message)
    ? 'A quota counts limits of CPU: set limits.cpu in spec.quota of the DagRepository, and every container gets one.'
    : 'A cluster policy rejects it: change the policy, or what the DagRepository requests.';

/**
 * A pod that was never made leaves only an event on its ReplicaSet. The event stays for an hour: it is over once a pod of that part is
 * as young, be it one that is going.
 */
function refusalOf(part: string, { pods, warnings }: Scene): Warning | undefined {
  if (podOf(pods, part)) return undefined;
  const last = Math.max(...pods.filter((pod) => pod.part === part).map(({ createdAt }) => createdAt));
  return warnings.find(
    ({ reason, about, lastSeen }) =>
      reason === 'FailedCreate' && about.startsWith(`ReplicaSet/${part}-`) && lastSeen > last,
  );
}
