import type { KubeObject } from './object.ts';

/**
 * Objects as we wrote them last, for as long as the watch lags behind: a decision about who is next must not rest on the world
 * before the one that was taken a moment ago. Forgotten, nothing is lost: a cache that has just been filled is new enough.
 */
export function createReadYourWrites<T extends KubeObject>() {
  const written = new Map<string, T>();
  return {
    remember: (object: T) => void written.set(object.metadata.uid ?? '', object),
    of(cached: T): T {
      const uid = cached.metadata.uid ?? '';
      const ours = written.get(uid);
      if (ours && version(cached) < version(ours)) return ours;
      written.delete(uid);
      return cached;
    },
    forget: (uid: string) => void written.delete(uid),
  };
}

/** Resource versions are integers that grow (a promise since Kubernetes 1.35); what is none counts as the newest. */
const version = ({ metadata }: KubeObject) =>
  /^\d+$/.test(metadata.resourceVersion ?? '') ? Number(metadata.resourceVersion) : Infinity;
