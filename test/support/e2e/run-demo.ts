import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { untilNodeIsFree } from './stage-lock.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What an unattended demo writes. */
export interface Story {
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  readonly ready_seconds: number;
  readonly update_seconds: number;
  readonly gone_seconds: number;
  readonly run_state: string;
  readonly left_over: readonly string[];
  readonly api_requests: number;
  readonly memory_mib: number;
}

/** The demo as a person runs it, unattended; `story` throws when it wrote none. */
export async function runDemo(
  ...args: string[]
): Promise<{ code: number | null; said: string; story: () => Promise<Story> }> {
  const file = join(await temporaryFolder(), 'story.json');
  await untilNodeIsFree();
  const ended = await demo('--once', '--json', file, ...args);
  return { ...ended, story: async () => JSON.parse(await readFile(file, 'utf8')) as Story };
}

async function demo(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'demo', 'main.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  // One that hangs, or a run that is broken off, must not go on alone; SIGTERM makes it take everything down.
  const end = (): void => void child.kill('SIGTERM');
  const limit = setTimeout(end, 840_000);
  process.once('exit', end);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  process.off('exit', end);
  return { code, said };
}
