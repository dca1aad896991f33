import { randomBytes } from 'node:crypto';
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readJson } from './atomic-file.ts';
import type { ProcessRecord } from './process-identity.ts';
import { isAlive, recordOf } from './process-identity.ts';
import { waitFor } from './wait.ts';

export interface LockHolder extends ProcessRecord {
  what: string;
  since: string;
}

/** Two may find the same stale lock: the slower one must not take away what the quicker one has just made. */
async function removeStale(path: string, aside: string): Promise<void> {
  await rename(path, aside).catch(() => undefined);
  const moved = await readJson<LockHolder>(aside);
  if (moved && isAlive(moved)) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Takes the lock file, or tells who holds it; a holder that has ended does not count. */
async function tryLock(path: string, what: string): Promise<LockHolder | undefined> {
  const me: LockHolder = { ...recordOf(process.pid)!, what, since: new Date().toISOString() };
  const mine = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(mine, JSON.stringify(me));
  try {
    // A link appears with its whole content or not at all: nobody reads half a lock.
    await link(mine, path);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = await readJson<LockHolder>(path);
    if (holder && isAlive(holder)) return holder;
    await removeStale(path, `${mine}.stale`);
    return holder ?? me;
  } finally {
    await rm(mine, { force: true });
  }
}

/** Runs `work` while holding the lock file at `path`, waiting for whoever holds it; `onWait` is told once who that is. */
export async function withLock<T>(
  path: string,
  { what, timeout, onWait }: { what: string; timeout: number; onWait?: (holder: LockHolder) => void },
  work: () => Promise<T>,
): Promise<T> {
  let holder: LockHolder | undefined;
  const taken = await waitFor(
    async () => {
      const now = await tryLock(path, what);
      if (now && now.pid !== holder?.pid && isAlive(now)) onWait?.(now);
      holder = now;
      return !now;
    },
    { timeout, interval: 200 },
  );
  if (!taken)
    throw new Error(`${path} is held by process ${holder?.pid} (${holder?.what}) since ${holder?.since}`);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
