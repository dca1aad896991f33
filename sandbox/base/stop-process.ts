import type { ProcessRecord } from './process-identity.ts';
import { isAlive } from './process-identity.ts';
import { waitFor } from './wait.ts';

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  if (!isAlive(record)) return; // the number may belong to somebody else by now
  try {
    process.kill(record.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Asks a recorded process to end, and makes it end when it has not after `grace` milliseconds. */
export async function stopProcess(record: ProcessRecord, grace = 3_000): Promise<void> {
  const gone = () => !isAlive(record);
  if (grace > 0) {
    signal(record, 'SIGTERM');
    if (await waitFor(gone, { timeout: grace, interval: 20 })) return;
  }
  signal(record, 'SIGKILL');
  if (!(await waitFor(gone, { timeout: 10_000, interval: 20 })))
    throw new Error(
      `process ${record.pid} does not exit, not even after SIGKILL (is it stuck in the kernel?)`,
    );
}
