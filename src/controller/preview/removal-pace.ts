const FIRST_MS = 250;
const LONGEST_MS = 30_000;
/** What an ordinary removal waits for changes too often, and is over too soon, to be worth a write. */
const SAID_AFTER_MS = 10_000;
const LASTING_MS = 5_000;

interface Going {
  since: number;
  waitingFor: string;
  waitingSince: number;
}

/**
 * How a removal is waited for: looked at ever more rarely, since what it waits for mostly comes by a watch; and what it waits for is worth
 * saying once that has lasted. By a clock that never goes back, in ms.
 */
export function createRemovalPace(now: () => number) {
  const removals = new Map<string, Going>();
  return {
    wait(key: string, waitingFor: string): { againInMs: number; said: string | undefined } {
      const at = now();
      const before = removals.get(key);
      const waitingSince = before?.waitingFor === waitingFor ? before.waitingSince : at;
      const since = before?.since ?? at;
      removals.set(key, { since, waitingFor, waitingSince });
      const worthIt = at - since >= SAID_AFTER_MS && at - waitingSince >= LASTING_MS;
      return {
        againInMs: Math.min(LONGEST_MS, Math.max(FIRST_MS, (at - since) / 8)),
        said: worthIt ? waitingFor : undefined,
      };
    },
    over: (key: string) => void removals.delete(key),
  };
}

export type RemovalPace = ReturnType<typeof createRemovalPace>;
