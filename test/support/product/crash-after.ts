import type { World } from './world.ts';

/**
 * Arranges the worst moment: the API server has done Offshoot's n-th write about one preview, Offshoot has not heard of it, and nothing
 * that it sends afterwards arrives. Resolves at that moment; the caller kills. With n = 0 not even the first write arrives.
 */
export function crashAfter(world: World, about: readonly string[], n: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = n;
  let dead = false;
  world.proxy.decide(({ write, path, body }) => {
    if (dead) return 'hold';
    if (!write || !about.some((text) => path.includes(text) || body.includes(text))) return 'pass';
    if (left-- > 1) return 'pass';
    dead = true;
    if (n > 0) return { lost: resolve };
    resolve();
    return 'hold';
  });
  return promise;
}
