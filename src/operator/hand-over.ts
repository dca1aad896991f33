import { setTimeout as wait } from 'node:timers/promises';

/** How long what runs may go on when this process is asked to end, before it may write no more. */
const HAND_OVER_MS = 1_000;

interface Parts {
  controllers: { stop(): Promise<void> };
  leadership: { release(): Promise<void> };
}

/** Ends what the leader does, and leaves the lead to whoever is waiting for it. */
export async function handOver({ controllers, leadership }: Parts): Promise<void> {
  // What runs may finish, but writes no more once the Lease is released.
  const ended = controllers.stop();
  await Promise.race([ended, wait(HAND_OVER_MS)]);
  await leadership.release();
  // A follower may have begun to lead meanwhile; after the release nobody begins any more.
  await Promise.all([ended, controllers.stop()]);
}
