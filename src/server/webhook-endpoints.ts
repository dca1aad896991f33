import { pinnedId, webhookSecretOf } from '../model/dag-repository.ts';
import { cloneUrl, namedBy } from '../model/git-source.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { Forge, NamedRepository, Webhooks } from '../forges/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Key } from '../model/object.ts';
import type { WebhookServerOptions } from './api.ts';

/** An address that deliveries come to: whose keys open it, and whom a delivery of a repository concerns there. */
export interface WebhookEndpoint {
  /** For the logs. */
  name: string;
  keys(fresh: boolean): Promise<string[]>;
  concerned(named: NamedRepository | undefined): DagRepository[];
  /** Where it has only one repository to take deliveries of: which one, for who sends those of others. */
  only?: string;
}

/** The endpoints of one kind of code host. */
export function webhookEndpoints(
  forge: Pick<Forge, 'name'>,
  webhooks: Webhooks,
  options: WebhookServerOptions,
) {
  const { forges, webhookKeys } = options;

  function isIts(repository: DagRepository, named: NamedRepository | undefined): boolean {
    const found = namedBy(repository.spec, [forge]);
    return (
      found !== undefined && named !== undefined && webhooks.concerns(found.own, pinnedId(repository), named)
    );
  }

  return {
    /**
     * The one of a DagRepository, opened by its own keys. A delivery has to name its repository; if its code host sends no deliveries of
     * its own, those of any other form may come, unless they plainly are about another repository.
     */
    ofRepository(key: Key): WebhookEndpoint | undefined {
      const repository = options.repository(key);
      if (!repository) return undefined;
      const found = namedBy(repository.spec, forges);
      const its = found?.one;
      if (its?.webhooks && its.name !== forge.name) return undefined;
      const elsewhere = (named: NamedRepository) => its?.isElsewhere?.(found?.own, named) ?? false;
      return {
        name: keyText(keyOf(repository)),
        keys: (fresh) => webhookKeys(webhookSecretOf(repository), fresh),
        concerned: (named) =>
          (its?.webhooks ? isIts(repository, named) : !(named && elsewhere(named))) ? [repository] : [],
        ...(its?.isElsewhere && { only: cloneUrl(repository.spec) }),
      };
    },
    /** The one for all repositories of this host: its key says that the host speaks, the delivery of whom. */
    shared: ({ name, secret }: NonNullable<Webhooks['shared']>): WebhookEndpoint | undefined =>
      secret && {
        name,
        keys: (fresh) => webhookKeys(secret, fresh),
        concerned: (named) => options.repositories().filter((one) => isIts(one, named)),
      },
  };
}
