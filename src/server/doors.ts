import { isOfGithub } from '../model/git-source.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { FastifyRequest } from 'fastify';
import type { DagRepository } from '../model/dag-repository.ts';
import type { NamedRepository } from '../model/git-source.ts';
import type { WebhookServerOptions } from './api.ts';

/** An address that deliveries come to: whose keys open it, and whom a delivery of a repository concerns there. */
export interface Door {
  /** For the logs. */
  name: string;
  keys(fresh: boolean): Promise<string[]>;
  concerned(named: NamedRepository | undefined): DagRepository[];
}

const isIts = (repository: DagRepository, named: NamedRepository | undefined) =>
  named !== undefined && isOfGithub(repository.spec, repository.status?.repositoryId, named);

/**
 * `/webhooks/github/<namespace>/<DagRepository>`: that repository's own keys. Of a repository of GitHub, the number in the payload must
 * be its own as well; for any other git host the route alone decides.
 */
export function repositoryDoor(options: WebhookServerOptions, request: FastifyRequest): Door | undefined {
  const { namespace, repository: name } = request.params as { namespace: string; repository: string };
  const repository = options.repository({ namespace, name });
  if (!repository) return undefined;
  return {
    name: keyText(keyOf(repository)),
    keys: (fresh) => options.webhookKeys(repository, fresh),
    concerned: (named) => (!repository.spec.github || isIts(repository, named) ? [repository] : []),
  };
}

/** `/webhooks/github`: one GitHub App for all. Its key says that GitHub speaks, the number in the payload of whom. */
export function appDoor({ appKeys, repositories }: WebhookServerOptions): Door | undefined {
  if (!appKeys) return undefined;
  return {
    name: 'the GitHub App',
    keys: appKeys,
    concerned: (named) => repositories().filter((one) => isIts(one, named)),
  };
}
