import { setTimeout as sleep } from 'node:timers/promises';

/** Asks `check` again every `interval` milliseconds until it gives something truthy; undefined when `timeout` is over. */
export async function waitFor<T>(
  check: () => T | undefined | false | Promise<T | undefined | false>,
  { timeout, interval = 100 }: { timeout: number; interval?: number },
): Promise<T | undefined> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() >= end) return undefined;
    await sleep(interval);
  }
}
