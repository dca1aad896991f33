import { setTimeout as sleep } from 'node:timers/promises';
import { memory } from './oracle/memory.ts';

/** Looks at a process's resident memory every second until the signal comes, and remembers the highest, in MiB. */
export class MemorySampler {
  #highest = 0;

  async follow(pid: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const now = await memory(pid).catch(() => 0);
      this.#highest = Math.max(this.#highest, now);
      await sleep(1000, undefined, { signal }).catch(() => undefined);
    }
  }

  highest(): number {
    return this.#highest;
  }
}
