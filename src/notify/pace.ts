import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '../model/clock.ts';

/** Keeps messages to one channel apart, and all of them away while the channel has asked to be left alone. */
export class Pace {
  readonly #next = new Map<string, number>();
  readonly #spacingMs: number;
  readonly #now: () => number;
  readonly #abort = new AbortController();

  constructor(spacingMs: number, now: () => number = monotonic) {
    this.#spacingMs = spacingMs;
    this.#now = now;
  }

  /** Resolves when it is this caller's turn; false if it will not come any more. */
  async turn(channel: string): Promise<boolean> {
    for (;;) {
      const now = this.#now();
      const next = this.#next.get(channel) ?? 0;
      if (next <= now) {
        this.#next.set(channel, now + this.#spacingMs);
        return !this.#abort.signal.aborted;
      }
      try {
        await sleep(next - now, undefined, { signal: this.#abort.signal, ref: false });
      } catch {
        return false;
      }
    }
  }

  hold(channel: string, seconds: number): void {
    const until = this.#now() + seconds * 1000;
    this.#next.set(channel, Math.max(until, this.#next.get(channel) ?? 0));
  }

  stop(): void {
    this.#abort.abort();
  }
}
