import { alive } from './pods.ts';
import type { Why } from '../explain.ts';

/** A pod that was never made leaves only an event on its ReplicaSet. */
export const refusedPod: Why = ({ pods, warnings }) => {
  const missing = ['airflow', 'postgres'].some((part) => !alive(pods).some((pod) => pod.part === part));
  const refusal = missing && warnings.find(({ reason }) => reason === 'FailedCreate');
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
