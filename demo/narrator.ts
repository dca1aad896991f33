import colors from 'picocolors';
import type { Delivery } from './git-server/deliver.ts';
import type { Happening } from './preview-tracker.ts';
import type { Step } from './steps.ts';

const PHRASES: Readonly<Record<string, string>> = {
  created: 'preview created',
  'DatabaseReady is True': 'database ready',
  'DagsSynced is True': 'DAGs synced',
  'AirflowHealthy is True': 'Airflow healthy',
  'Ready is True': 'preview ready',
  removed: 'preview removed',
};

/** Deliveries of one push come together; a later one begins a new story of its branch. */
const SAME_PUSH_MS = 3_000;

/** Tells what happens as it happens; times are seconds since the branch was last pushed. */
export class Narrator {
  readonly #print: (line: string) => void;
  readonly #pushed = new Map<string, number>();
  readonly #delivered = new Map<string, number>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  readonly say = (line: string): void => this.#print(line);

  readonly detail = (line: string): void => this.#print(colors.dim(`  ${line}`));

  readonly step = ({ name, seconds }: Step): void => {
    this.#print(`${colors.green('✓')} ${name} ${colors.dim(`${seconds.toFixed(1)} s`)}`);
  };

  /** Starts a branch's clock just before it is pushed (pushes by others start it at their first webhook). */
  pushing(branch: string, at: number): void {
    this.#pushed.set(branch, at);
    this.#delivered.set(branch, at);
  }

  readonly delivery = ({ event, ref, at, outcome }: Delivery): void => {
    const branch = ref.replace(/^refs\/(heads|tags)\//, '');
    if (at - (this.#delivered.get(branch) ?? -Infinity) > SAME_PUSH_MS) this.#pushed.set(branch, at);
    this.#delivered.set(branch, at);
    if ('lost' in outcome) return this.#elapsed(branch, at, `webhook ${event} lost: ${outcome.lost}`);
    const received = outcome.status === 202 ? 'received' : 'answered';
    this.#elapsed(branch, at, `webhook ${received} (${event}, ${outcome.status})`);
  };

  readonly happening = ({ branch, what, at }: Happening): void => {
    const phrase = what.startsWith('at ') ? `git-sync is ${what.slice(0, 11)}` : PHRASES[what];
    if (phrase !== undefined) this.#elapsed(branch, at, phrase);
  };

  readonly message = (channel: string, text: string): void => {
    this.#print(colors.dim(`             Slack, #${channel}: ${text.split('\n')[0]}`));
  };

  #elapsed(branch: string, at: number, what: string): void {
    const seconds = (at - (this.#pushed.get(branch) ?? at)) / 1000;
    this.#print(`  ${colors.cyan(`${seconds.toFixed(1).padStart(6)} s`)}  ${branch}: ${what}`);
  }
}
