import { hasten } from './refusals.ts';
import type { Refusal } from './refusals.ts';

/**
 * What the repository reconciler remembers between runs. None of it matters: forgotten, the next run lists all branches and starts
 * its proofs of absence again. All times are of the monotonic clock: the wall clock may be set back an hour.
 */
export interface Memory {
  /** When all branches are listed next. */
  listAt: number;
  /** Previews whose branch may be gone, by uid: when the exact ref was first seen absent, or 0. */
  suspects: Map<string, number>;
  /** When to ask about a Preview's mark again, by uid: host and hint disagreed. Another mark is asked about at once. */
  later: Map<string, { mark: string | undefined; at: number }>;
  /** Branches that should have a Preview and were refused one. */
  unmade: Map<string, Refusal>;
  /** Previews, by uid, about which something was refused, their removal for instance. */
  unsettled: Map<string, Refusal>;
  /** Previews, by uid, whose status may not be written. */
  ungranted: Map<string, Refusal>;
  /** Until when the code host wants to be left alone, and what it said to which generation of the DagRepository: another may ask as somebody else. */
  quiet?: { until: number; generation: number | undefined; trouble: unknown } | undefined;
  /** What was written as `status.repositoryId`, until the cache shows it. */
  repositoryId?: number | undefined;
}

export function createMemories() {
  const memories = new Map<string, Memory>();
  return {
    of(key: string): Memory {
      const known: Memory = memories.get(key) ?? {
        listAt: 0,
        suspects: new Map(),
        later: new Map(),
        unmade: new Map(),
        unsettled: new Map(),
        ungranted: new Map(),
      };
      memories.set(key, known);
      return known;
    },
    /** Something disappeared, or somebody asks: list all branches at the next run, and soon try again what was refused. */
    requestListing(key: string) {
      const memory = this.of(key);
      memory.listAt = 0;
      hasten(memory.unmade.values());
    },
    /** The DagRepository has changed: nothing that was refused before says anything about what is to be done now. */
    startAnew(key: string) {
      const memory = this.of(key);
      memory.listAt = 0;
      memory.unmade.clear();
      for (const uid of memory.unsettled.keys()) memory.later.delete(uid);
    },
    forget: (key: string) => memories.delete(key),
  };
}

export type Memories = ReturnType<typeof createMemories>;
