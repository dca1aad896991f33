import type { Transport } from './transport.ts';

/**
 * At most so many requests at a time; the others wait their turn, in order. Watches stay for good and are not counted. A hundred writes
 * at once are no sooner done than ten at a time, but whoever asks the API server meanwhile waits for all of them.
 */
export function createLane(transport: Transport, width: number): Transport {
  const waiting: (() => void)[] = [];
  let free = width;
  return {
    stream: (call) => transport.stream(call),
    async send(call, timeoutMs) {
      if (free > 0) free -= 1;
      else await new Promise<void>((go) => waiting.push(go));
      try {
        return await transport.send(call, timeoutMs);
      } finally {
        // The place is handed on, so nobody can overtake.
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
