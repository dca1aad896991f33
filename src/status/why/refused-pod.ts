import { podOf } from './pods.ts';
import type { Why } from '../explain.ts';
import type { Observed, Warning } from '../../observe/api.ts';

export const refusedPod: Why = (observed) => {
  const refusal = refusalOf('airflow', observed) ?? refusalOf('postgres', observed);
  if (!refusal) return undefined;
  if (refusal.message.includes('exceeded quota')) {
    return {
      reason: 'QuotaExceeded',
      message: `A pod does not fit the quota: ${refusal.message} Raise spec.quota of the DagRepository, or wait until tasks that hold it have ended.`,
    };
  }
  return {
    reason: 'Refused',
    message: `A pod was refused: ${refusal.message} A policy of the cluster stands against it: change the policy, or what the DagRepository asks for.`,
  };
};

/**
 * A pod that was never made leaves only an event on its ReplicaSet. The event stays for an hour: it is over once a pod of that part is
 * as young, be it one that is going.
 */
function refusalOf(part: string, { pods, warnings }: Observed): Warning | undefined {
  if (podOf(pods, part)) return undefined;
  const last = Math.max(...pods.filter((pod) => pod.part === part).map(({ createdAt }) => createdAt));
  return warnings.find(
    ({ reason, about, lastSeen }) =>
      reason === 'FailedCreate' && about.startsWith(`ReplicaSet/${part}-`) && lastSeen > last,
  );
}
