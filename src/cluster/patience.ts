import { setTimeout as wait } from 'node:timers/promises';
import { ClusterError } from './errors.ts';
import { type Call, type Transport, what } from './transport.ts';

/** API down is an error within ten seconds, repetitions included. */
export const defaultDeadlineMs = 10_000;
/** What a read is willing to wait because the server is busy. */
const patienceMs = 5_000;
const resets = 2;

/**
 * A read may be repeated: twice over a broken connection, once when the server is busy for a moment. A write is sent once: whether a
 * cut one arrived is for the reconciler to see, not to guess.
 */
export async function sendPatiently(transport: Transport, call: Call, deadlineMs: number): Promise<string> {
  const end = performance.now() + deadlineMs;
  const left = (): number => end - performance.now();
  if (call.method !== 'GET') return transport.send(call, deadlineMs);
  let busy = 0;
  for (let broken = 0; ;) {
    try {
      return await transport.send(call, left());
    } catch (error) {
      const pause = pauseBefore(error, broken, busy);
      if (pause === undefined || pause >= left()) throw error;
      if ((error as ClusterError).code === 'TooManyRequests') busy += 1;
      else broken += 1;
      await wait(pause, undefined, { signal: call.signal }).catch(() => {
        throw new ClusterError('Aborted', `${what(call)}: cancelled by the caller`);
      });
    }
  }
}

/** Milliseconds to wait before asking again; undefined: do not. */
function pauseBefore(error: unknown, broken: number, busy: number): number | undefined {
  if (!(error instanceof ClusterError)) return undefined;
  if (error.code === 'Unreachable' && broken < resets) return 100 * 4 ** broken * (0.5 + Math.random());
  if (error.code === 'TooManyRequests' && busy === 0) {
    const asked = (error.retryAfterSeconds ?? 1) * 1000;
    return asked <= patienceMs ? asked : undefined;
  }
  return undefined;
}
