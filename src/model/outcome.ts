/** What one reconcile came to. Nothing sleeps in a reconcile; it says when it wants to run again. */
export type Outcome =
  | { kind: 'Done' }
  | { kind: 'RequeueAfter'; ms: number }
  /** Not its turn yet: again after `ms`. Neither a success nor a failure, so the key's back-off stands. */
  | { kind: 'Wait'; ms: number }
  /** Failed: again after the key's own back-off, or after `ms` if the server said so. */
  | { kind: 'Retry'; error: unknown; ms?: number };

export const done: Outcome = { kind: 'Done' };
export const requeueAfter = (ms: number): Outcome => ({ kind: 'RequeueAfter', ms });
