import { monotonic } from './clock.ts';
import type { KubeObject } from './object.ts';

/** A watch that has not told of a write after so long never will: a restored backup has undone it. */
const LATE_MS = 60_000;

/**
 * Objects as we wrote them last, for as long as the watch lags behind: a decision about who is next must not rest on the world
 * before the one that was taken a moment ago. Forgotten, nothing is lost: a cache that has just been filled is new enough.
 */
export function createReadYourWrites<T extends KubeObject>(now: () => number = monotonic) {
  const written = new Map<string, { object: T; at: number }>();
  return {
    remember: (object: T) => void written.set(object.metadata.uid ?? '', { object, at: now() }),
    of(cached: T): T {
      const uid = cached.metadata.uid ?? '';
      const ours = written.get(uid);
      if (ours && now() - ours.at < LATE_MS && version(cached) < version(ours.object)) return ours.object;
      written.delete(uid);
      return cached;
    },
    forget: (uid: string) => void written.delete(uid),
  };
}

/** Resource versions are integers that grow (a promise since Kubernetes 1.35); what is none counts as the newest. */
const version = ({ metadata }: KubeObject) =>
  /^\d+$/.test(metadata.resourceVersion ?? '') ? Number(metadata.resourceVersion) : Infinity;
