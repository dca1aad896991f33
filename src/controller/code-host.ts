import { pinnedId } from '../model/dag-repository.ts';
import { namedBy } from '../model/git-source.ts';
import { Problem } from '../model/problem.ts';
import type { CodeHost, Forge } from '../forges/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { ReadSecret } from '../model/secret-use.ts';

export interface CodeHostDeps {
  forges: readonly Forge[];
  readSecret: ReadSecret;
}

/** A DagRepository's code host with its credentials; throws a Problem where spec or Secret name none that could be asked. */
export const createCodeHosts = (deps: CodeHostDeps) => {
  const forgeOf = ({ spec }: DagRepository) => {
    const found = namedBy(spec, deps.forges);
    if (!found) throw new Problem('InvalidSpec', 'Its spec names no code host that this version supports.');
    return { forge: found.one, own: found.own };
  };
  const secretOf = async ({ spec, metadata }: DagRepository) =>
    spec.credentialsSecretRef &&
    (await deps.readSecret({
      namespace: metadata.namespace ?? '',
      name: spec.credentialsSecretRef.name,
      use: 'git',
    }));

  return {
    async open(repository: DagRepository): Promise<CodeHost> {
      const { spec, metadata } = repository;
      const { forge, own } = forgeOf(repository);
      const credentials = await secretOf(repository);
      const ref = spec.credentialsSecretRef;
      if (ref && !credentials) {
        throw new Problem(
          'SecretMissing',
          `Secret ${ref.name}, named by spec.credentialsSecretRef, does not exist in namespace ${metadata.namespace}.`,
        );
      }
      const refusal = credentials && forge.refuse(own, credentials);
      if (refusal) throw new Problem('SecretMissing', `Secret ${ref?.name} ${refusal}.`);
      return forge.open(own, credentials, pinnedId(repository));
    },
    /** Whether what git-sync gets is made for it alone, and so may lie beside branch code whatever the Secret itself may do. */
    mints: async (repository: DagRepository) =>
      forgeOf(repository).forge.mints(await secretOf(repository).catch(unusable)),
  };
};

/** A Secret that cannot be used is as good as none here: `open` says why. */
function unusable(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}
