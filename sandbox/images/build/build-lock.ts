import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process (nor another call in this one) holds the lock file. A lock whose
 * process has died is taken over.
 */
export async function withBuildLock<T>(
  path: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let told = false; !(await take(path)); await sleep(200)) {
    const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
    if (holder && !isAlive(holder)) await rm(path, { force: true });
    else if (!told && holder) {
      log(`waiting for process ${holder}, which builds this already`);
      told = true;
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
