export interface NewestWishOptions<W> {
  /**
   * Fulfils the key's wish. `newest` gives it, at the moment of asking: a wish that came while waiting replaces the older one.
   * Called again after it threw, and when a newer wish came after the last `newest`.
   */
  fulfil: (key: string, newest: () => W | undefined) => Promise<void>;
  /** Milliseconds until the next try after so many failures in a row. */
  delay: (key: string, error: unknown, failures: number) => number;
}

interface Slot<W> {
  wish: W | undefined;
  /** Not yet handed out. */
  fresh: boolean;
  running: boolean;
  failures: number;
  timer?: NodeJS.Timeout;
}

/** A queue that keeps only the newest wish per key and works on one key once at a time. */
export class NewestWish<W> {
  readonly #slots = new Map<string, Slot<W>>();
  readonly #running = new Set<Promise<void>>();
  readonly #options: NewestWishOptions<W>;
  #stopped = false;

  constructor(options: NewestWishOptions<W>) {
    this.#options = options;
  }

  /** Never throws, never waits. A key that is waiting after a failure goes on waiting. */
  put(key: string, wish: W): void {
    const slot = this.#slots.get(key) ?? { wish, fresh: true, running: false, failures: 0 };
    slot.wish = wish;
    slot.fresh = true;
    this.#slots.set(key, slot);
    if (!slot.running && !slot.timer) this.#run(key, slot);
  }

  get(key: string): W | undefined {
    return this.#slots.get(key)?.wish;
  }

  drop(key: string): void {
    const slot = this.#slots.get(key);
    if (!slot) return;
    slot.wish = undefined;
    clearTimeout(slot.timer);
    if (!slot.running) this.#slots.delete(key);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const key of [...this.#slots.keys()]) this.drop(key);
    await Promise.all(this.#running);
  }

  #run(key: string, slot: Slot<W>): void {
    if (this.#stopped) return;
    delete slot.timer;
    slot.running = true;
    const task = this.#work(key, slot).finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  async #work(key: string, slot: Slot<W>): Promise<void> {
    const newest = () => {
      slot.fresh = false;
      return slot.wish;
    };
    let wait: number | undefined;
    try {
      await this.#options.fulfil(key, newest);
      slot.failures = 0;
    } catch (error) {
      wait = this.#options.delay(key, error, ++slot.failures);
    }
    slot.running = false;
    if (slot.wish === undefined || this.#stopped) this.#slots.delete(key);
    else if (wait !== undefined) slot.timer = setTimeout(() => this.#run(key, slot), wait).unref();
    else if (slot.fresh) this.#run(key, slot);
    else this.#slots.delete(key);
  }
}
