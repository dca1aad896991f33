import { dirname, join } from 'node:path';
import { readJson } from '../../../sandbox/base/atomic-file.ts';
import { withLock, type LockHolder } from '../../../sandbox/base/file-lock.ts';
import { stateFolder } from '../../../sandbox/base/folders.ts';
import { isAlive } from '../../../sandbox/base/process-identity.ts';
import { waitFor } from '../../../sandbox/base/wait.ts';

/** Whoever uses the node holds this: demo, bench and end-to-end tests take turns. */
const path = join(dirname(stateFolder()), 'offshoot-demo', 'lock');
const timeout = 1_200_000;
const tell = ({ pid, what }: LockHolder): void => console.log(`Process ${pid} is ${what}: waiting for it.`);

/** Holds the lock while `work` uses the node in its own way. */
export function holdingTheNode<T>(what: string, work: () => Promise<T>): Promise<T> {
  return withLock(path, { what, timeout, onWait: tell }, work);
}

/** A demo does not wait for another one: this does, before one is started. */
export async function untilNodeIsFree(): Promise<void> {
  let told: number | undefined;
  const free = await waitFor(
    async () => {
      const holder = await readJson<LockHolder>(path);
      if (holder === undefined || !isAlive(holder)) return true;
      if (holder.pid !== told) tell(holder);
      told = holder.pid;
      return false;
    },
    { timeout, interval: 500 },
  );
  if (free !== true) throw new Error(`process ${told} has been using the node for ${timeout / 1000} s`);
}
