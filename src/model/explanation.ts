import type { Reason } from './reasons.ts';

/** Why something is as it is: for a machine, and for a person. */
export interface Explanation {
  reason: Reason;
  /** What is wrong, where, and what to do. */
  message: string;
}
