import type { Network } from '../model/network.ts';
import type { DagRepository, DagRepositorySpec } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import type { Proxy } from '../model/proxy.ts';
import type { Reason } from '../model/reasons.ts';
import type { Observed } from '../observe/api.ts';

/** What should be, in words that know no backend. All of it is plain data: a golden file can hold it. */
export interface Design {
  /** The Preview's uid: the mark on everything made for it. */
  uid: string;
  /** The Preview's name; its namespace is that of the DagRepository. */
  preview: string;
  /** `<namespace>.<name>` of the Preview, as a label value. */
  previewLabel: string;
  repository: string;
  repositoryNamespace: string;
  branch: string;
  /** The namespace that everything lives in. */
  namespace: string;
  /** The address people open, granted once, no trailing slash. */
  url: string;
  git: { url: string; login: 'none' | 'password' | 'ssh' };
  code: DagRepositorySpec['code'];
  airflow: DagRepositorySpec['airflow'];
  database: { image: string };
  gitSyncImage: string;
  quota: Record<string, string | number>;
  network: Network;
  /** Where git-sync tells the synced commit, without the token; undefined: nowhere. */
  syncedUrl: string | undefined;
  /** What previews reach the world through; undefined: nothing. */
  proxy: Proxy | undefined;
  /** `own`: pods run as the users that their images are made for; `assigned`: as those that the cluster gives them. */
  userIds: 'own' | 'assigned';
}

/** What Offshoot's own configuration adds to every preview. */
export interface PlanSettings {
  gitSyncImage: string;
  /** Where pods reach Offshoot's webhook server, such as `http://offshoot.offshoot:8080`; undefined: the synced commit is not reported. */
  syncedBase: string | undefined;
  proxy?: Proxy | undefined;
  userIds?: Design['userIds'];
}

/** What the decision rests on. */
export interface PlanInput {
  preview: Preview;
  repository:
    /** `held`: what it may run is not what this would render to; its turn comes. */
    | { state: 'found'; repository: DagRepository; held?: boolean }
    | { state: 'absent' }
    | { state: 'unreadable'; message: string };
  observed: Observed;
  settings: PlanSettings;
}

/** The decision of one reconcile. */
export type Plan =
  | { kind: 'Wait'; reason: Reason; message: string }
  | { kind: 'Converge'; design: Design; wake?: Wake | undefined }
  /** Leave what is there as it is, and say how it is; `trouble`, if somebody has to act before it goes on. */
  | { kind: 'Hold'; design: Design; wake?: Wake | undefined; trouble?: { reason: Reason; message: string } }
  /** Remove all workloads; `keep` leaves the Preview, with this reason and sentence. */
  | { kind: 'Teardown'; keep: { reason: Reason; message: string } | undefined };

/** A head that git-sync should fetch at once, not at its next look. */
export interface Wake {
  head: string;
  /** Another commit was checked out before. */
  pushed: boolean;
  /** Undefined: it does not run at the moment. */
  checkout: Observed['checkout'];
}

/** How previews get their URLs. Each is granted once. */
export interface UrlStyle {
  /** A free URL for a branch, below `base`. */
  urlOf(base: string, repository: UrlOwner, branch: string, taken: Pick<TakenUrls, 'overlaps'>): string;
  /** Can this URL have been granted to this branch, below whatever base? */
  isUrlOf(url: string, repository: UrlOwner, branch: string): boolean;
  /** An empty set of URLs. */
  taken(): TakenUrls;
}

export interface UrlOwner {
  namespace: string;
  name: string;
}

export interface TakenUrls {
  add(url: string): void;
  /** Is this URL in the set, or one above or below it? */
  overlaps(url: string): boolean;
}
