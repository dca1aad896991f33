import { createHash } from 'node:crypto';
import type { Access } from './access.ts';
import type { GithubSpec } from './spec.ts';

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

export function placeOf({ owner, name: repo, apiUrl }: GithubSpec, access: Access): Place {
  const id = createHash('sha256')
    .update(JSON.stringify([apiUrl, owner, repo, access]))
    .digest('base64url');
  return { apiUrl, name: `${owner}/${repo}`, parameters: { owner, repo }, id };
}
