import { describe } from 'vitest';

/** End-to-end tests start a Kubernetes node on this machine: only when that was asked for, by test/run.ts. */
export const onNode = describe.runIf(process.env.OFFSHOOT_TIER === 'e2e');
