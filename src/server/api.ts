import type { Logger } from 'pino';
import type { Forge } from '../forges/api.ts';
import type { Intake } from '../intake/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Key } from '../model/object.ts';

/** What became of a word of git-sync's. `too soon`: to be said again in a moment. */
export type Noted = 'noted' | 'known' | 'not this preview' | 'too soon';

export interface WebhookServerOptions {
  /** Each has a route under its name, if it sends deliveries. */
  forges: readonly Pick<Forge, 'name' | 'webhooks' | 'isElsewhere'>[];
  /** Undefined for a DagRepository that does not exist or cannot be read. */
  repository(key: Key): DagRepository | undefined;
  /** Every DagRepository that can be read. */
  repositories(): DagRepository[];
  /** The keys in a webhook Secret; `fresh` reads past the cache. None: nothing opens the route. */
  webhookKeys(secret: Key | undefined, fresh: boolean): Promise<string[]>;
  intake: Intake;
  /** Notes what git-sync checked out. */
  synced(preview: Key, token: string, hash: string): Promise<Noted>;
  log: Logger;
  /** Counts a delivery by what came of it. */
  seen(event: string, outcome: string): void;
}
