/**
 * Two notions of time. The wall clock (`now`) is what Kubernetes, code hosts and people reckon by; it may be set back or forward at any
 * moment. How long something takes or waits is measured by a clock that only goes forward.
 */
export interface Clocks {
  now(): Date;
  /** Milliseconds since some moment in the past. */
  monotonic(): number;
}

export const monotonic = (): number => performance.now();
