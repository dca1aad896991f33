import { GIT_CREDENTIALS } from '../../model/material.ts';
import type { CodeHost } from '../../forges/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { MaterialSource } from './material-source.ts';

/** What git-sync reads the repository with, as its code host gives it. */
export const gitMaterial =
  (codeHost: (repository: DagRepository) => Promise<CodeHost>): MaterialSource =>
  (repository, { git }) =>
    git.login === 'none'
      ? undefined
      : {
          secret: GIT_CREDENTIALS,
          part: 'git-sync',
          async gather() {
            const credentials = await (await codeHost(repository)).cloneCredentials();
            return credentials && { values: credentials.values, expiresAt: credentials.minted?.expiresAt };
          },
        };
