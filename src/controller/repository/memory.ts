/**
 * What the repository reconciler remembers between runs. None of it matters: forgotten, the next run lists all branches and starts
 * its proofs of absence again.
 */
export interface Memory {
  /** When all branches are listed next, in ms since the epoch. */
  listAt: number;
  /** Previews whose branch may be gone, by uid: when the exact ref was first seen absent, or 0. */
  suspects: Map<string, number>;
  /** When to ask about a Preview's mark again, by uid: host and hint disagreed. Another mark is asked about at once. */
  later: Map<string, { mark: string | undefined; at: number }>;
  /** Until when the code host wants to be left alone, and what it said to which generation of the DagRepository: another may ask as somebody else. */
  quiet?: { until: number; generation: number | undefined; trouble: unknown } | undefined;
  /** What was written as `status.repositoryId`, until the cache shows it. */
  repositoryId?: number | undefined;
}

export function createMemories() {
  const memories = new Map<string, Memory>();
  return {
    of(key: string): Memory {
      const known: Memory = memories.get(key) ?? { listAt: 0, suspects: new Map(), later: new Map() };
      memories.set(key, known);
      return known;
    },
    /** Something disappeared or started anew: list all branches at the next run. */
    listSoon(key: string) {
      this.of(key).listAt = 0;
    },
    forget: (key: string) => memories.delete(key),
  };
}

export type Memories = ReturnType<typeof createMemories>;
