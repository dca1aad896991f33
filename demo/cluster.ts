import type { Sandbox } from '../sandbox/api.ts';
import type { Kubectl } from './kubectl.ts';

/** The cluster that the story plays in: the sandbox's node, or one that is there already. */
export interface Cluster {
  /** Path of a kubeconfig of a cluster administrator, with one context. */
  readonly kubeconfig: string;
  /** The program kubectl, by path or by name. */
  readonly program: string;
  readonly kubectl: Kubectl;
  /** Whether what is made inside has to be removed, because the cluster stays. */
  readonly stays: boolean;
  /** Others use it too: an Offshoot that is there must not be touched, and only what is ours may be looked at. */
  readonly shared: boolean;
  /** Where its pods reach this machine, and what to listen on so that they do. */
  readonly hostAddress: string;
  readonly listenAddress: string;
  /** How Offshoot, on this machine, gets to the previews. */
  readonly reach: 'direct' | 'port-forward';
  /** Whom Offshoot is for the API server, as RBAC names it. */
  readonly subject: object;
  /** A kubeconfig of that identity; once its namespace is there. */
  identity(): Promise<string>;
  /** Where every request is noted, if that can be read. */
  readonly auditLog: string | undefined;
  readonly sandbox: Sandbox | undefined;
}

export interface ClusterChoice {
  /** Leave the sandbox up. */
  readonly keep: boolean;
  /** A context of the person's kubeconfig instead of the sandbox. */
  readonly context?: string | undefined;
  readonly hostAddress?: string | undefined;
}
