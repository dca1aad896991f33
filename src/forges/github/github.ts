import { LRUCache } from 'lru-cache';
import { accessOf } from './access.ts';
import { createCodeHost } from './code-host.ts';
import { githubDeliveries } from './delivery.ts';
import { placeOf } from './place.ts';
import { createReader } from './reader.ts';
import { githubSource } from './spec.ts';
import { monotonic } from '../../model/clock.ts';
import { textOf } from '../../model/problem.ts';
import type { Key } from '../../model/object.ts';
import type { Forge } from '../api.ts';
import type { Memory } from './code-host.ts';
import type { Clock } from './place.ts';
import type { Reader } from './reader.ts';
import type { GithubSpec } from './spec.ts';

interface Options {
  /** Signs the deliveries of a GitHub App; without it, the App's route is closed. */
  webhookSecret?: Key | undefined;
  clock?: Clock;
}

interface Known {
  reader: Reader;
  memory: Memory;
}

/** No resync is further apart. */
const DAY_MS = 86_400_000;
const MOST = 10_000;

const CLOCK: Clock = { now: Date.now, monotonic, timeoutMs: 15_000 };

/** GitHub and GitHub Enterprise, by their REST API. What it remembers is a cache, kept for each repository and credentials. */
export function createGithub({ webhookSecret, clock = CLOCK }: Options = {}): Forge<GithubSpec> {
  const known = new LRUCache<string, Known>({
    max: MOST,
    ttl: DAY_MS,
    ttlResolution: 0,
    updateAgeOnGet: true,
    perf: { now: clock.monotonic },
  });
  return {
    ...githubSource,
    webhooks: { ...githubDeliveries, shared: { name: 'the GitHub App', secret: webhookSecret } },
    // Without usable keys there is nothing to copy either, which is said with its own reason.
    mints: (credentials) => !credentials?.['token']?.trim(),
    refuse(_spec, credentials) {
      try {
        accessOf(credentials);
        return undefined;
      } catch (error) {
        return textOf(error);
      }
    },
    open(spec, credentials, pinned) {
      const access = accessOf(credentials);
      const place = placeOf(spec, access);
      const one = known.get(place.id) ?? {
        reader: createReader(place, access, clock),
        memory: { repository: undefined, pages: [] },
      };
      known.set(place.id, one);
      known.purgeStale();
      return createCodeHost(
        place,
        access,
        one.reader,
        one.memory,
        pinned === undefined ? undefined : Number(pinned),
      );
    },
  };
}
