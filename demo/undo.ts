import { setTimeout as sleep } from 'node:timers/promises';

interface Undoing {
  readonly what: string;
  readonly limitSeconds: number;
  readonly work: () => Promise<unknown>;
}

/** What has been made, to be unmade in the opposite order; one that fails or hangs does not keep the others. */
export class Undo {
  readonly #made: Undoing[] = [];

  add(what: string, work: () => Promise<unknown>, limitSeconds = 30): void {
    this.#made.push({ what, limitSeconds, work });
  }

  /** Unmakes everything; gives a sentence for each part that could not be unmade. */
  async all(tell: (line: string) => void): Promise<readonly string[]> {
    const failed: string[] = [];
    for (let next = this.#made.pop(); next !== undefined; next = this.#made.pop()) {
      tell(next.what);
      const { what, limitSeconds, work } = next;
      const limit = new AbortController();
      await Promise.race([work(), tooLate(limitSeconds, limit.signal)])
        .catch((error: unknown) =>
          failed.push(`${what}: ${error instanceof Error ? error.message : String(error)}`),
        )
        .finally(() => limit.abort());
    }
    return failed;
  }
}

async function tooLate(seconds: number, signal: AbortSignal): Promise<never> {
  await sleep(seconds * 1000, undefined, { signal });
  throw new Error(`timed out after ${seconds} s`);
}
