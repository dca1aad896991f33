import { setTimeout as wait } from 'node:timers/promises';
import type { Passing } from './fault-proxy.ts';
import type { World } from './world.ts';

/** A write that only it makes. Removing all objects of a kind is done for many kinds at once, again and again: pods stand for all of them. */
const counts = ({ write, method, path, body }: Passing) =>
  write && (method !== 'DELETE' || body.includes('preconditions') || path.endsWith('/pods'));

/**
 * Arranges the worst moment: the API server has done Offshoot's n-th write about one preview, Offshoot has not heard of it, and nothing
 * that it sends afterwards arrives. Resolves at that moment; the caller kills. With n = 0 not even the first write arrives.
 */
export function crashAfter(world: World, about: readonly string[], n: number): Promise<'crash'> {
  const { promise, resolve } = Promise.withResolvers<'crash'>();
  let left = n;
  let dead = false;
  world.proxy.decide((request) => {
    if (dead) return 'hold';
    const { path, body } = request;
    if (!counts(request) || !about.some((text) => path.includes(text) || body.includes(text))) return 'pass';
    if (left-- > 1) return 'pass';
    dead = true;
    if (n > 0) return { lost: () => resolve('crash') };
    resolve('crash');
    return 'hold';
  });
  return promise;
}

/**
 * Does `act` on one branch after the other, each time with a crash and a restart one write later, until nothing crashed because all was
 * done before: by then every write boundary had its crash. Gives the number of writes.
 */
export async function crashEverywhere(
  world: World,
  act: (
    n: number,
  ) => Promise<{ about: readonly string[]; start(): Promise<unknown>; settled(): Promise<unknown> }>,
  recovered: (n: number) => Promise<unknown>,
): Promise<number> {
  for (let n = 0; ; n++) {
    const { about, start, settled } = await act(n);
    const crash = crashAfter(world, about, n);
    const told = start();
    const calm = settled().then(() => wait(1_000, 'settled' as const));
    calm.catch(() => undefined);
    const came = await Promise.race([crash, calm]);
    if (came === 'crash') await world.offshoot.kill();
    world.proxy.decide(() => 'pass');
    if (came === 'settled') return n;
    await Promise.all([world.restart(), told]);
    await recovered(n);
  }
}
