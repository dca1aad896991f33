/** How often somebody's change is undone at once, before it counts as a fight. */
const AT_ONCE = 3;
const FIRST_WAIT_MS = 10_000;
/** No object is written more often in a fight that lasts; were it done as often as the other side does it, both would flood the API. */
const LONGEST_WAIT_MS = 60_000;
/** Undisturbed for so long, the fight is over. */
const QUIET_MS = 120_000;

/** Whoever changed an object. */
export interface Rival {
  /** The field manager; undefined if Kubernetes does not say. */
  by: string | undefined;
  /** Which field, such as `spec.replicas`. */
  field?: string | undefined;
}

/** Somebody undoes again and again what Offshoot does to an object. */
export interface Contest extends Rival {
  /** When Offshoot sets it right again; 0: it is as it should be. */
  againInMs: number;
}

interface Fight {
  rounds: number;
  at: number;
  rival: Rival;
}

const nobody: Rival = { by: undefined };

/**
 * Who undoes what somebody else does may do so at once a few times, and then ever more slowly. Memory alone: after a restart it begins
 * anew. `now` is a clock that never goes back, in ms.
 */
export function createTruce(now: () => number) {
  const fights = new Map<string, Fight>();

  const over = ({ at }: Fight) => now() - at >= QUIET_MS;
  function current(key: string): Fight | undefined {
    const fight = fights.get(key);
    return fight && !over(fight) ? fight : undefined;
  }

  function waitMs({ rounds, at }: Fight): number {
    if (rounds < AT_ONCE) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (rounds - AT_ONCE));
    return Math.max(0, at + wait - now());
  }

  return {
    /** Whether it is too early to undo again what somebody did. */
    tooSoon(key: string, rival: Rival | undefined): Contest | undefined {
      const fight = current(key);
      const againInMs = fight ? waitMs(fight) : 0;
      if (!fight || againInMs === 0) return undefined;
      fight.rival = rival ?? fight.rival;
      return { ...fight.rival, againInMs };
    },
    /** One more round. */
    undid(key: string, rival: Rival | undefined): void {
      for (const [one, fight] of fights) if (over(fight)) fights.delete(one);
      const { rounds = 0, rival: before = nobody } = fights.get(key) ?? {};
      fights.set(key, { rounds: rounds + 1, at: now(), rival: rival ?? before });
    },
    /** Whether an object that is as it should be was fought over a moment ago. */
    lately(key: string): Contest | undefined {
      const fight = current(key);
      return fight && fight.rounds >= AT_ONCE ? { ...fight.rival, againInMs: 0 } : undefined;
    },
    forget: (key: string) => void fights.delete(key),
  };
}

export type Truce = ReturnType<typeof createTruce>;
