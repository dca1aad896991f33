import { setTimeout as sleep } from 'node:timers/promises';

export interface Step {
  readonly name: string;
  readonly seconds: number;
}

/** The step that did not hold, and why; `cause` is what its work threw. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';

  constructor(step: string, reason: string, options?: ErrorOptions) {
    super(`${step}: ${reason}`, options);
  }
}

/** Long enough for work that heeds its signal to say what it last saw, short enough that nothing hangs. */
const LAST_WORDS_MS = 2_000;

/** The steps of a story, each timed and told. Every step has a limit, so that nobody waits for ever. */
export class Steps {
  readonly #signal: AbortSignal;
  readonly #done: Step[];
  readonly #told: (step: Step) => void;

  /** `signal` ends the step at hand and every later one; what held is added to `done`, and `told` as it does. */
  constructor(signal: AbortSignal, done: Step[], told: (step: Step) => void = () => undefined) {
    this.#signal = signal;
    this.#done = done;
    this.#told = told;
  }

  async step<T>(name: string, limitSeconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const began = performance.now();
    const limit = AbortSignal.timeout(limitSeconds * 1000);
    const signal = AbortSignal.any([this.#signal, limit]);
    try {
      signal.throwIfAborted();
      const result = await Promise.race([work(signal), abandoned(signal)]);
      this.#told(this.note(name, (performance.now() - began) / 1000));
      return result;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const why = this.#signal.aborted
        ? 'interrupted'
        : limit.aborted
          ? `timed out after ${limitSeconds} s`
          : 'failed';
      throw new StepFailed(name, `${why}: ${said}`, { cause: error });
    }
  }

  /** Adds something that happened inside a step, with its own seconds; it was told when it happened. */
  note(name: string, seconds: number): Step {
    const step = { name, seconds: Math.round(seconds * 100) / 100 };
    this.#done.push(step);
    return step;
  }
}

async function abandoned(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await sleep(LAST_WORDS_MS);
  throw new Error('it did not stop');
}
