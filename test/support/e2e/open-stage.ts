import { onStage } from '../../../demo/on-stage.ts';
import type { World } from '../../../demo/world.ts';
import { crashable, type Crashable } from './crashable.ts';
import { untilNodeIsFree } from './stage-lock.ts';

export interface OpenStage {
  readonly world: World;
  readonly offshoot: Crashable;
  /** Takes everything down; an error says what could not be. */
  close(): Promise<void>;
}

/** The demo's own set-up, kept open for tests to play on. */
export async function openStage(): Promise<OpenStage> {
  await untilNodeIsFree();
  const opened = Promise.withResolvers<World>();
  const closing = Promise.withResolvers<void>();
  const outcome = onStage({ keep: false, steps: [] }, async (world) => {
    opened.resolve(world);
    // An interrupted run has to be taken down as well.
    world.signal.addEventListener('abort', () => closing.resolve(), { once: true });
    await closing.promise;
  });
  outcome.then(({ failures }) => opened.reject(new Error(failures.join('; '))), opened.reject);
  const world = await opened.promise;
  const offshoot = crashable(world);
  return {
    world,
    offshoot,
    close: async () => {
      closing.resolve();
      const { failures } = await outcome;
      await offshoot.stop();
      if (failures.length > 0) throw new Error(`not taken down: ${failures.join('; ')}`);
    },
  };
}
