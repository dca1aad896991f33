import { podOf } from '../look/pods-of.ts';
import { AIRFLOW } from '../parts.ts';
import type { Why } from './why.ts';

/** Told every minute, and after some thirty times every five. */
const LATELY_MS = 390_000;
const TOLD = /^Liveness probe failed: (Submodule .* cannot be fetched: .*)/s;

/** The DAGs that need none of them are there all the same. */
export const submoduleMissing: Why = ({ pods, warnings, at }) => {
  const pod = podOf(pods, AIRFLOW);
  if (!pod) return undefined;
  const told = warnings.find(
    ({ reason, about, lastSeen, message }) =>
      reason === 'Unhealthy' &&
      about === `Pod/${pod.name}` &&
      at.getTime() - lastSeen < LATELY_MS &&
      TOLD.test(message),
  );
  const words = TOLD.exec(told?.message ?? '')?.[1];
  if (words === undefined) return undefined;
  return {
    reason: 'SubmoduleMissing',
    message: `${words.trim().replace(/\s+/g, ' ').slice(0, 600)} DAGs that do not need it work. The preview's credentials must be able to read it at a URL that pods can reach; it is retried every few minutes.`,
  };
};
