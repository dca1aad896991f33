import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from '../sandbox/base/file-lock.ts';
import { stateFolder } from '../sandbox/base/folders.ts';
import { failureReport } from './failure-report.ts';
import { Narrator } from './narrator.ts';
import { setUp, type SetUpOptions } from './set-up.ts';
import { Steps, type Step } from './steps.ts';
import { Undo } from './undo.ts';
import type { Stage, World } from './world.ts';

export interface Outcome {
  readonly interrupted: boolean;
  /** Why a step did not hold, or what could not be removed afterwards. */
  readonly failures: string[];
}

/** Sets the world up, plays in it, and takes it down again whatever happens; `steps` collects what held. */
export async function onStage(
  { steps: done, ...options }: SetUpOptions & { steps: Step[] },
  play: (world: World) => Promise<void>,
): Promise<Outcome> {
  const state = join(dirname(stateFolder()), 'offshoot-demo');
  const lock = {
    what: 'A demo or bench',
    // Long enough to take over from one that was killed.
    timeout: 1_000,
    onWait: ({ pid, what }: { pid: number; what: string }) =>
      console.error(`${what} is already running on this machine (process ${pid}): stop it first.`),
  };
  return withLock(join(state, 'lock'), lock, async () => {
    const narrator = new Narrator((line) => console.log(line));
    const interruption = new AbortController();
    const undo = new Undo();
    // Always the same one: what a demo that was killed left in it goes now.
    const folder = join(state, 'work');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    undo.add('removing the working folder', () => rm(folder, { recursive: true, force: true }));
    const unhandle = handleSignals(interruption, () => narrator.say(leftBehind(options)));
    const steps = new Steps(interruption.signal, done, narrator.step);
    const failures: string[] = [];
    const known: Stage['known'] = {};
    try {
      const stage = { steps, narrator, undo, signal: interruption.signal, folder, stateFolder: state, known };
      await play(await setUp(stage, options));
    } catch (error) {
      if (!interruption.signal.aborted) {
        failures.push(error instanceof Error ? error.message : String(error));
        narrator.say(`\n✗ ${failures.join('')}\n\n${await failureReport(known.kubectl, folder)}\n`);
      }
    }
    narrator.say('Cleaning up:');
    failures.push(...(await undo.all(narrator.detail)));
    unhandle();
    return { interrupted: interruption.signal.aborted, failures };
  });
}

const leftBehind = ({ context }: SetUpOptions): string =>
  context === undefined
    ? 'Left as it is. To remove the cluster and everything in it: npm run sandbox -- down'
    : `Left as it is. The next npm run demo -- --context ${context} takes over, and removes it when it ends.`;

/** `npm run` passes Ctrl-C on to us, who got it from the terminal already. */
const SAME_KEYSTROKE_MS = 1_000;

/** The first interruption ends the story and takes everything down; the second leaves things as they are. */
function handleSignals(interruption: AbortController, leave: () => void): () => void {
  let first = 0;
  const handle = (): void => {
    if (interruption.signal.aborted) {
      if (performance.now() - first < SAME_KEYSTROKE_MS) return;
      leave();
      process.exit(130);
    }
    first = performance.now();
    console.log();
    interruption.abort();
  };
  // Its terminal may be gone: what we made is taken down all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handle);
  return () => signals.forEach((signal) => process.off(signal, handle));
}
