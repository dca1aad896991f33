import type { Lease } from './api.ts';

/** How long a leader that is not heard of keeps the others away. A crash is over after this and a moment more. */
export const DURATION_SECONDS = 12;
/** How often a leader is heard of. */
export const RENEW_MS = 2_000;
/** A leader that could not renew for so long stops writing: the others, whose clocks began later, begin later. */
export const DEADLINE_MS = 8_000;
/** What somebody wrote into a Lease by hand must not keep everybody away for a day. */
const LONGEST_SECONDS = 60;

/** This process, as it stands in the Lease. */
export interface Candidate {
  /** `<pod or host>_<random>`: another one after every start. */
  identity: string;
  podName: string | undefined;
}

/** What one look at the Lease means for one candidate. */
export type Decision =
  | { kind: 'create' | 'take' | 'renew' }
  /** Somebody else leads; it may be taken in so many ms unless it changes. */
  | { kind: 'wait'; ms: number; holder: string };

/** Pure. `unchangedMs`: for how long this process has seen the Lease as it is, by its own clock: no two clocks are compared. */
export function decide(
  lease: Lease | undefined,
  { identity, podName }: Candidate,
  unchangedMs: number,
): Decision {
  if (!lease) return { kind: 'create' };
  const { holderIdentity: holder = '', leaseDurationSeconds = DURATION_SECONDS } = lease.spec ?? {};
  if (holder === identity) return { kind: 'renew' };
  // Given up; or held by the process that ran in this pod before, which is dead.
  if (holder === '' || (podName && holder.startsWith(`${podName}_`))) return { kind: 'take' };
  const left = Math.min(LONGEST_SECONDS, Math.max(1, leaseDurationSeconds)) * 1_000 - unchangedMs;
  return left <= 0 ? { kind: 'take' } : { kind: 'wait', ms: left, holder };
}
