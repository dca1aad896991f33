import type { Cache, Cluster } from '../cluster/api.ts';
import type { KubeObject } from '../model/object.ts';

/** The Lease by which one of several Offshoots leads (coordination.k8s.io/v1). */
export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

export interface LeadershipOptions {
  /** Its requests must not queue behind what the leader itself sends. */
  cluster: Pick<Cluster, 'create' | 'patch' | 'delete'>;
  /** A watch of every Lease of our name. */
  leases: Pick<Cache<Lease>, 'list' | 'onChange'>;
  /** The namespace of Offshoot's own pod: the Lease lies there and nowhere else. Undefined outside of the cluster. */
  podNamespace: string | undefined;
  /** The pod that this process runs in: what a process of the same pod held before it was restarted is taken over at once. */
  podName: string | undefined;
  /** Begins what the leader alone does. */
  lead(): void;
  /** Ends it; resolves when nothing of it runs any more. */
  follow(): Promise<void>;
  log: Record<'info' | 'warn', (fields: object, message: string) => void>;
  /** Milliseconds on a clock that nobody sets. */
  now(): number;
  /** Resolves after so many milliseconds of that clock, or with the signal. */
  sleep?(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Leadership {
  start(): void;
  /** Whether this process may write now. False a while before any other may begin, and again true if none has. */
  holds(): boolean;
  /** Writes nothing from now on and lets another begin at once. */
  release(): Promise<void>;
}
