import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, recordOf } from '../base/process-identity.ts';
import { mark } from './marked-processes.ts';
import type { StateFile } from './state.ts';

export interface Program {
  name: string;
  file: string;
  args: readonly string[];
}

/** Starts a program that outlives this process, its output in the sandbox's logs folder, its id in the state. */
export async function startProcess(state: StateFile, { name, file, args }: Program): Promise<void> {
  mkdirSync(state.paths.logs, { recursive: true });
  const log = openSync(join(state.paths.logs, `${name}.log`), 'a');
  const env = { ...process.env, ...mark(state.paths.folder) };
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env,
    cwd: '/',
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  const record = recordOf(child.pid!);
  if (!record) throw processEnded(state, name);
  await state.update({ processes: { ...state.value.processes, [name]: record } });
}

/** Throws, with the end of its log, for the first program that was started and has ended. */
export function assertAllRun(state: StateFile): void {
  for (const [name, record] of Object.entries(state.value.processes))
    if (!isAlive(record)) throw processEnded(state, name);
}

function processEnded(state: StateFile, name: string): Error {
  const path = join(state.paths.logs, `${name}.log`);
  return new Error(`${name} exited; the last lines of ${path}:\n${tail(path)}`);
}

export function tail(path: string, lines = 12): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
