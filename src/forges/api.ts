import type { IncomingHttpHeaders } from 'node:http';
import type { Source } from '../model/source.ts';
import type { Key } from '../model/object.ts';
import type { SecretData } from '../model/secret-use.ts';

export type { SecretData } from '../model/secret-use.ts';

/** One DagRepository's code host. Every method throws a Problem (GitUnreachable, GitRefused, …) when the host gives no clear answer. */
export interface CodeHost {
  /**
   * The host's own id of the repository, which a rename does not change; undefined where hosts have none. It is kept in
   * `status.repositoryId`, which takes whole numbers.
   */
  identify(): Promise<string | undefined>;
  /** All branches with their head (40 hex digits), complete or an error. */
  listBranches(): Promise<Map<string, string>>;
  /**
   * One branch, by its exact name. `absent` only from a host that showed besides that it knows the repository and shows its branches, or of
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

/** A kind of code host. `S` is what a spec says in the field of its name; its schema and clone URL are in the forge's `spec.ts`. */
export interface Forge<S = unknown> extends Source<S> {
  /** `pinned` is what `identify` said first: a repository with another id proves nothing. */
  open(spec: S, credentials: SecretData | undefined, pinned?: string): CodeHost;
  /** Why the Secret with these credentials cannot be used, such as `lacks the key token`; undefined: it can. */
  refuse(spec: S, credentials: SecretData): string | undefined;
  /** Whether git-sync gets credentials made for it alone, which can only read; else it gets a copy of these. */
  mints(credentials: SecretData | undefined): boolean;
  /** What the host sends us. Without it, a repository's own webhook route takes what any other kind of host sends. */
  readonly webhooks?: Webhooks<S>;
  /** … but for what plainly is about another repository than this one. */
  isElsewhere?(spec: S, named: NamedRepository): boolean;
}

/** The deliveries of a kind of code host, under `/webhooks/<name of the forge>`: where it puts what, and what it means. */
export interface Webhooks<S = unknown> {
  /** Signs the deliveries of all repositories at once, which come to one route without the name of a DagRepository. */
  readonly shared?: { readonly name: string; readonly secret: Key | undefined };
  /** Undefined: the headers hold no proof that could fit any body, which therefore need not be read. */
  proof(headers: IncomingHttpHeaders): Proof | undefined;
  /** The name of the event and the delivery's own id; as long as nothing is verified, strangers' text. */
  about(headers: IncomingHttpHeaders): { event: string; id: string };
  read(event: string, body: Buffer): Delivery;
  /** Whether that is the repository of this spec. `pinned` is the host's own id of it, once that is known. */
  concerns(spec: S, pinned: string | undefined, named: NamedRepository): boolean;
}

/** How one delivery proves who sent it: a signature of its body, or a token. */
export interface Proof {
  /** To be given the raw body as it arrives, so that nothing has to be kept to know whose it is. */
  begin(keys: readonly string[]): ProofCheck;
  /** The last word on a body whose sender is known, before it is parsed. */
  confirms(body: Buffer, key: string): Promise<boolean>;
}

export interface ProofCheck {
  update(chunk: Buffer): void;
  /** The key that this proof was made with, or undefined. Call it once, after the last chunk. */
  key(): string | undefined;
}

/** A repository as a delivery names it: `acme/dags`, and the host's own id of it. */
export interface NamedRepository {
  id: string;
  name: string;
  /** Where it is cloned from, as far as the delivery says so. */
  urls: readonly string[];
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
  | { kind: 'ignored'; why: string }
  /** Not in any form in which this host sends deliveries: whoever set the webhook up has to see it fail. */
  | { kind: 'unreadable'; why: string };
