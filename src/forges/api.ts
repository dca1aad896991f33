import type { IncomingHttpHeaders } from 'node:http';
import type { DagRepositorySpec } from '../model/dag-repository.ts';
import type { NamedRepository } from '../model/git-source.ts';
import type { SecretData } from '../model/secret-use.ts';

export type { SecretData } from '../model/secret-use.ts';

/** One DagRepository's code host. Every method throws a Problem (GitUnreachable, GitRefused, …) when the host gives no clear answer. */
export interface CodeHost {
  /** The host's own number of the repository, which a rename does not change; undefined where hosts have none. */
  identify(): Promise<number | undefined>;
  /** All branches with their head (40 hex digits), complete or an error. */
  listBranches(): Promise<Map<string, string>>;
  /**
   * One branch, by its exact name. `absent` only from a host that showed besides that it knows the repository and shows its refs, or of
   * a name that git can give no branch. What it throws that is no Problem is this branch's own trouble.
   */
  lookUp(branch: string): Promise<Answer>;
  /** What git-sync gets to read this repository with; undefined: nothing is needed. */
  cloneCredentials(): Promise<CloneCredentials | undefined>;
}

export interface CloneCredentials {
  values: SecretData;
  /** Of credentials that were minted, in ms since the epoch: when to renew them, and when they end. */
  minted?: { renewAt: number; expiresAt: number };
}

export type Answer = { state: 'exists'; head: string } | { state: 'absent' };

/** A kind of code host, told by the spec: one folder, and one line in all.ts. */
export interface Forge {
  handles(spec: DagRepositorySpec): boolean;
  /** `repositoryId` is what `identify` said first: a repository with another number proves nothing. */
  open(spec: DagRepositorySpec, credentials: SecretData | undefined, repositoryId?: number): CodeHost;
  /** Why these credentials cannot be used, or undefined. */
  refuse(spec: DagRepositorySpec, credentials: SecretData | undefined): string | undefined;
  /** Whether git-sync gets credentials made for it alone, which can only read; else it gets a copy of these. */
  mints(credentials: SecretData | undefined): boolean;
}

/** What a verified delivery says, in our words. It is a hint: nothing is done because of it but looking. */
export type Delivery =
  | {
      kind: 'branch';
      branch: string;
      expectedHead: string | undefined;
      pusher: string | undefined;
      repository: NamedRepository | undefined;
    }
  /** Something happened to these repositories themselves, or to what we may see of them. */
  | { kind: 'repositories'; what: string; repositories: NamedRepository[] }
  | { kind: 'ping' }
  | { kind: 'ignored'; why: string };

/** How one delivery says who sent it. */
export interface Signature {
  /** To be given the raw body as it arrives, so that nothing has to be kept to know whose it is. */
  begin(keys: readonly string[]): SignatureCheck;
  /** The last word on a body whose signer is known, before it is parsed. */
  confirms(body: Buffer, key: string): Promise<boolean>;
}

export interface SignatureCheck {
  update(chunk: Buffer): void;
  /** The key that signed all of it, or undefined. To be asked once, at the end. */
  signer(): string | undefined;
}

/** Knows where a code host puts what into a delivery. */
export interface DeliveryReader {
  /** Undefined: the headers hold none that could fit any body, which therefore need not be read. */
  signature(headers: IncomingHttpHeaders): Signature | undefined;
  /** The name of the event and the delivery's own id; as long as nothing is verified, strangers' text. */
  about(headers: IncomingHttpHeaders): { event: string; id: string };
  read(event: string, body: Buffer): Delivery;
}
