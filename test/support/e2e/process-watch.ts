import { setTimeout as sleep } from 'node:timers/promises';
import { allProcesses, type Process } from './pod-processes.ts';

/** Looks at the process list again and again, and remembers who showed any of these texts; short-lived processes included. */
export class ProcessWatch {
  readonly #found = new Set<string>();
  readonly #texts: readonly string[];
  #looks = 0;
  readonly #pods = new Set<string>();

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const processes = await allProcesses();
      for (const process of processes) this.#look(process);
      this.#looks++;
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Where a text was seen: which process, and whether in its arguments or its environment. */
  get found(): readonly string[] {
    return [...this.#found];
  }

  /** How much was looked at: a watch that saw no pod proves nothing. */
  get seen(): { readonly looks: number; readonly pods: number } {
    return { looks: this.#looks, pods: this.#pods.size };
  }

  #look({ pid, command, environment, pod }: Process): void {
    if (pod !== undefined) this.#pods.add(pod);
    const program = command.split('\0')[0] ?? '';
    for (const text of this.#texts) {
      if (command.includes(text)) this.#found.add(`arguments of ${program} (${pid})`);
      if (environment.includes(text)) this.#found.add(`environment of ${program} (${pid})`);
    }
  }
}
