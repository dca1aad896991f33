import type { Health, ImportErrors } from '../airflow/api.ts';
import type { Checkout } from '../backends/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Network } from '../model/network.ts';

/** What the caches hold of one preview, at one moment. */
export interface Live {
  at: Date;
  /** What carries our uid label in the namespace, by `Kind/name`; of most kinds metadata only. */
  objects: ReadonlyMap<string, KubeObject>;
  /** The pods that its backend looks at; none of tasks. */
  pods: readonly KubeObject[];
  /** Warnings of the namespace, newest first; read only while something is not as it should be. */
  warnings: readonly Warning[];
}

/** Everything one reconcile of a preview knows about the world, read once, then frozen. */
export interface Observed {
  /** `unread`: nobody has looked, because a removal looks for itself; or it could not be read. */
  namespace:
    | { state: 'absent' | 'unread' }
    | { state: 'ours' | 'terminating'; live: KubeObject }
    /** `orphaned`: of an earlier Preview of this branch that is no more. */
    | { state: 'foreign' | 'orphaned'; message: string };
  live: Live;
  /** Something runs that may answer for Airflow. */
  serving: boolean;
  /** Undefined: which Airflow it would be is not known. */
  airflow: Health | undefined;
  /** Asked for once the preview is ready; undefined if Airflow did not say. */
  importErrors: ImportErrors | undefined;
  network: Network;
  /** What fetches the branch, while it runs. */
  checkout: Checkout | undefined;
  /** git-sync gets credentials that were made for it alone and can only read. */
  mintsCredentials: boolean;
  /** The first read that failed. What it should have told is taken for the usual, which is good enough to report by and not to act upon. */
  unread: { error: unknown } | undefined;
}

export interface Warning {
  reason: string;
  message: string;
  /** `Pod/airflow-…` */
  about: string;
  lastSeen: number;
}
