import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRecord } from '../base/process-identity.ts';
import { recordOf } from '../base/process-identity.ts';

const variable = 'OFFSHOOT_SANDBOX';

/** The environment that marks a program, and all that it starts, as belonging to the sandbox in this folder. */
export const mark = (folder: string): Record<string, string> => ({ [variable]: folder });

/**
 * All processes that carry the mark: also those started in the moment before a crash, and containerd's shims, which
 * nobody recorded. Empty where there is no /proc.
 */
export async function markedProcesses(folder: string): Promise<ProcessRecord[]> {
  const wanted = `${variable}=${folder}`;
  const entries = await readdir('/proc').catch(() => []);
  const found = entries
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map(async (entry) => {
      const environment = await readFile(join('/proc', entry, 'environ'), 'utf8').catch(() => '');
      return environment.split('\0').includes(wanted) ? recordOf(Number(entry)) : undefined;
    });
  return (await Promise.all(found)).filter((record) => record !== undefined);
}
