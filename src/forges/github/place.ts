import { createHash } from 'node:crypto';
import { Problem } from '../../model/problem.ts';
import type { DagRepositorySpec } from '../../model/dag-repository.ts';
import type { Access } from './access.ts';

/** What a test may set. */
export interface Clock {
  /** The wall clock, by which GitHub reckons; ms since the epoch. */
  now(): number;
  /** Milliseconds, of a clock that only goes forward. */
  monotonic(): number;
  /** How long a request may take, its retries included. */
  timeoutMs: number;
}

/** A repository of a GitHub, seen with certain credentials. */
export interface Place {
  apiUrl: string;
  /** `acme/dags` */
  name: string;
  parameters: { owner: string; repo: string };
  /** Stands for repository and credentials, without telling them. */
  id: string;
}

export function placeOf({ github }: DagRepositorySpec, access: Access): Place {
  if (!github) throw new Problem('InvalidSpec', 'No repository of GitHub is named: set spec.github.');
  const { owner, name: repo, apiUrl } = github;
  const id = createHash('sha256')
    .update(JSON.stringify([apiUrl, owner, repo, access]))
    .digest('base64url');
  return { apiUrl, name: `${owner}/${repo}`, parameters: { owner, repo }, id };
}
