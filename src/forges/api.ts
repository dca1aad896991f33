import type { DagRepositorySpec } from '../model/dag-repository.ts';

/** Decoded values of a Secret. */
export type SecretData = Record<string, string>;

/** One DagRepository's code host. Every method throws a Problem (GitUnreachable, GitRefused) when the host gives no clear answer. */
export interface CodeHost {
  /** All branches with their head (40 hex digits), complete or an error. */
  listBranches(): Promise<Map<string, string>>;
  /** One branch, by its exact name. `absent` only from a host that showed in the same answer that it knows the repository. */
  lookUp(branch: string): Promise<Answer>;
}

export type Answer = { state: 'exists'; head: string } | { state: 'absent' };

/** A code host that can be told from the spec. `github` fits beside `git` with one folder and one line in main.ts. */
export interface Forge {
  handles(spec: DagRepositorySpec): boolean;
  open(spec: DagRepositorySpec, credentials: SecretData | undefined): CodeHost;
  /** Why these credentials cannot be used, or undefined. */
  refuse(spec: DagRepositorySpec, credentials: SecretData | undefined): string | undefined;
}

/** What a verified delivery says, in our words. It is a hint: nothing is done because of it but looking. */
export type Delivery =
  | { kind: 'branch'; branch: string; expectedHead: string | undefined; pusher: string | undefined }
  | { kind: 'ping' }
  | { kind: 'ignored'; why: string };

export interface DeliveryReader {
  /** Over the raw bytes, before anything is parsed. */
  verify(body: Buffer, signature: string, keys: string[]): Promise<boolean>;
  read(event: string, body: Buffer): Delivery;
}
