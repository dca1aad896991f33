import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../../demo/until.ts';
import { logFileIn, type World } from '../../../demo/world.ts';
import { recordOf, type ProcessRecord } from '../../../sandbox/base/process-identity.ts';
import { stopProcess } from '../../../sandbox/base/stop-process.ts';

export interface Crashable {
  /** kill -9, now; resolves when the process is no more. */
  crash(): Promise<void>;
  /** Starts Offshoot again exactly as it was started before, and waits until it is ready. */
  restart(): Promise<void>;
  /** Ends the one that was started again, if any. */
  stop(): Promise<void>;
}

/** The stage's Offshoot, as something that can be killed at any moment and started again. */
export function crashable({ offshoot, folder, stateFolder }: World): Crashable {
  let process: ProcessRecord = recordOf(offshoot.pid)!;
  let again: ProcessRecord | undefined;
  const started = howStarted(process.pid);
  return {
    crash: async () => {
      await started;
      await stopProcess(process, 0);
    },
    restart: async () => {
      const { args, env } = await started;
      const log = openSync(logFileIn(folder), 'a');
      const child = spawn(args[0]!, args.slice(1), { detached: true, stdio: ['ignore', log, log], env });
      closeSync(log);
      child.unref();
      process = again = recordOf(child.pid!)!;
      // Where the demo looks for what a killed one left running.
      await writeFile(join(stateFolder, 'offshoot.json'), JSON.stringify(again));
      const listen = args[args.indexOf('--metrics-listen') + 1]!;
      await until(
        'Offshoot to be ready again',
        async () => {
          const { status } = await fetch(`http://${listen}/readyz`);
          return status === 200 ? { done: true } : { yet: `/readyz answers ${status}` };
        },
        { signal: AbortSignal.timeout(60_000) },
      );
    },
    stop: async () => {
      if (again !== undefined) await stopProcess(again, 15_000);
    },
  };
}

async function howStarted(pid: number): Promise<{ args: string[]; env: Record<string, string> }> {
  const words = async (file: string): Promise<string[]> =>
    (await readFile(`/proc/${pid}/${file}`, 'utf8')).split('\0').slice(0, -1);
  const pairs = (await words('environ')).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return { args: await words('cmdline'), env: Object.fromEntries(pairs) };
}
