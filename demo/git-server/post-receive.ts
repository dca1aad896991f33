import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One line a post-receive hook is given: a ref went from `before` to `after`. */
export interface RefUpdate {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

export const ABSENT = '0'.repeat(40);

const REPORT_TO = 'DEMO_REF_UPDATES';

/** A real post-receive hook: it tells the server, through a file of this one push, which refs moved. */
export async function installPostReceive(repository: string): Promise<void> {
  const hook = join(repository, 'hooks', 'post-receive');
  await writeFile(hook, `#!/bin/sh\nexec cat >"$${REPORT_TO}"\n`);
  await chmod(hook, 0o755);
}

export function hookEnvironment(report: string): Record<string, string> {
  return { [REPORT_TO]: report };
}

/** What the hook reported; empty when the request moved no ref. */
export async function takeRefUpdates(report: string): Promise<RefUpdate[]> {
  const text = await readFile(report, 'utf8').catch(() => '');
  await rm(report, { force: true });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after = '', ...ref] = line.split(' ');
      return { before, after, ref: ref.join(' ') };
    });
}
