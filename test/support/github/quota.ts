const HOUR_MS = 3_600_000;

/** What each credential has used of its hour, as `x-ratelimit-*` tells it. */
export class Quota {
  readonly #windows = new Map<string, { used: number; reset: number }>();
  readonly #now: () => number;
  constructor(now: () => number) {
    this.#now = now;
  }

  #window(who: string) {
    const known = this.#windows.get(who);
    if (known && this.#now() < known.reset) return known;
    const fresh = { used: 0, reset: this.#now() + HOUR_MS };
    this.#windows.set(who, fresh);
    return fresh;
  }

  limit = (who: string) => (who === 'anonymous' ? 60 : 5_000);
  used = (who: string) => this.#window(who).used;
  isUsedUp = (who: string) => this.used(who) >= this.limit(who);
  spend(who: string, requests = 1) {
    this.#window(who).used += requests;
  }

  headers(who: string): Record<string, string> {
    const { used, reset } = this.#window(who);
    return {
      'x-ratelimit-limit': String(this.limit(who)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-remaining': String(Math.max(0, this.limit(who) - used)),
      'x-ratelimit-reset': String(Math.ceil(reset / 1_000)),
      'x-ratelimit-resource': 'core',
    };
  }
}
