import type { Health, ImportErrors } from '../airflow/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Network } from '../plan/api.ts';

/** Everything one reconcile of a preview knows about the world, read once, then frozen. */
export interface Observed {
  at: Date;
  /** `unread`: nobody has looked, because a removal looks for itself. */
  namespace:
    | { state: 'absent' | 'unread' }
    | { state: 'ours' | 'terminating'; live: KubeObject }
    /** `orphaned`: of an earlier Preview of this branch that is no more. */
    | { state: 'foreign' | 'orphaned'; message: string };
  /** What carries our uid label in the namespace, by `Kind/name`; metadata only. */
  live: ReadonlyMap<string, KubeObject>;
  pods: readonly PodSummary[];
  /** The Airflow pod whose database was lost and made anew. */
  outlived: PodSummary | undefined;
  /** Warnings of the namespace, newest first; read only while something is not as it should be. */
  warnings: readonly Warning[];
  /** Undefined: which Airflow it would be is not known. */
  airflow: Health | undefined;
  /** Asked for once the preview is ready; undefined if Airflow did not say. */
  importErrors: ImportErrors | undefined;
  network: Network;
  /** The run of git-sync, while it runs. */
  gitSync: { run: string; pod: string; ready: boolean } | undefined;
  /** git-sync gets credentials that were made for it alone and can only read. */
  mintsCredentials: boolean;
}

export interface PodSummary {
  name: string;
  uid: string;
  part: string;
  /** Stands for the pod template that it was made from. */
  template: string | undefined;
  createdAt: number;
  deleting: boolean;
  ready: boolean;
  unschedulable: string | undefined;
  /** It has ended for good, and why if it says: its node put it out, or never took it in. Its controller makes another one. */
  ended: { reason: string; message: string } | undefined;
  containers: readonly ContainerSummary[];
}

export interface ContainerSummary {
  name: string;
  image: string;
  ready: boolean;
  running: boolean;
  startedAt: number | undefined;
  restarts: number;
  waiting: { reason: string; message: string } | undefined;
  /** How it ended last, if it ever did. */
  ended: { reason: string; exitCode: number; message: string } | undefined;
}

export interface Warning {
  reason: string;
  message: string;
  /** `Pod/airflow-…` */
  about: string;
  lastSeen: number;
}
