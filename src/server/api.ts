import type { Logger } from 'pino';
import type { DeliveryReader } from '../forges/api.ts';
import type { Intake } from '../intake/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Key } from '../model/object.ts';

/** What became of a word of git-sync's. `too soon`: to be said again in a moment. */
export type Noted = 'noted' | 'known' | 'not this preview' | 'too soon';

export interface WebhookServerOptions {
  /** Undefined for a DagRepository that does not exist or cannot be read. */
  repository(key: Key): DagRepository | undefined;
  /** The keys that may have signed a delivery to this DagRepository; `fresh` reads past the cache. */
  webhookKeys(repository: DagRepository, fresh: boolean): Promise<string[]>;
  /** Every DagRepository that can be read. */
  repositories(): DagRepository[];
  /** The keys that may have signed a delivery of the GitHub App; undefined: there is none. */
  appKeys: ((fresh: boolean) => Promise<string[]>) | undefined;
  reader: DeliveryReader;
  intake: Intake;
  /** Notes what git-sync checked out. */
  synced(preview: Key, token: string, hash: string): Promise<Noted>;
  log: Logger;
  /** Counts a delivery by what came of it. */
  seen(event: string, outcome: string): void;
}
