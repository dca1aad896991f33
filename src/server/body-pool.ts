import { networkOf } from './network-of.ts';

export interface BodyPool {
  /** A place for a body that begins to arrive from this address. */
  enter(address: string | undefined): Place;
  /** What all bodies inside hold together. */
  readonly bytes: number;
}

export interface Place {
  /** Aborted when the body has to make room for others: nothing of it may be kept any longer. */
  readonly signal: AbortSignal;
  take(bytes: number): void;
  leave(): void;
}

interface Guest {
  network: string;
  bytes: number;
  out: AbortController;
}

/** A chunk is an object with a buffer of its own, however short it is. */
const PER_CHUNK = 256;

/**
 * The memory for all bodies of which nobody knows yet who sent them. A full pool does not turn away who comes: that would let whoever
 * fills it keep everybody out. The sender that has most in it gives up its largest body, or, if there are too many bodies, its oldest.
 * What code hosts send is small and arrives at once, so it passes by those that are large or slow, also where a proxy makes all of them
 * one sender.
 */
export function createBodyPool(limits: { bytes: number; bodies: number }): BodyPool {
  /** In the order in which they came. */
  const guests = new Set<Guest>();
  let held = 0;

  function leave(guest: Guest): void {
    if (guests.delete(guest)) held -= guest.bytes;
  }

  /** Of the network with most of it, the guest with most of it; the oldest of equals. */
  function putOut(of: (guest: Guest) => number, within: (guest: Guest) => number): void {
    const sums = new Map<string, number>();
    for (const guest of guests) sums.set(guest.network, (sums.get(guest.network) ?? 0) + of(guest));
    const most = Math.max(...sums.values());
    const theirs = [...guests].filter(({ network }) => sums.get(network) === most);
    const guest = theirs.reduce((one, other) => (within(other) > within(one) ? other : one));
    leave(guest);
    guest.out.abort();
  }

  return {
    get bytes() {
      return held;
    },
    enter(address) {
      const guest: Guest = { network: networkOf(address), bytes: 0, out: new AbortController() };
      guests.add(guest);
      if (guests.size > limits.bodies)
        putOut(
          () => 1,
          () => 0,
        );
      return {
        signal: guest.out.signal,
        take(bytes) {
          if (!guests.has(guest)) return;
          guest.bytes += bytes + PER_CHUNK;
          held += bytes + PER_CHUNK;
          const size = ({ bytes }: Guest) => bytes;
          while (held > limits.bytes) putOut(size, size);
        },
        leave: () => leave(guest),
      };
    },
  };
}
