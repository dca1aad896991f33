/** What tests, demo and bench use of the sandbox. */
export interface Sandbox {
  name: string;
  size: 'control-plane' | 'node';
  /** Path of a kubeconfig of a cluster administrator. */
  kubeconfig: string;
  /** The API server's URL. */
  server: string;
  /** Path of the audit log: JSON lines, level Metadata for every request, without the stage RequestReceived. */
  auditLog: string;
  /** Path of the kubectl of this cluster's version. */
  kubectl: string;
  /** Size node: this machine's address on the pods' bridge, which pods can reach. */
  hostAddress?: string;
  /**
   * Path of a kubeconfig with a client certificate of the cluster's CA for that user, so that its requests can be told
   * apart in the audit log and its rights are those that RBAC gives it.
   */
  issueKubeconfig(user: string, groups?: readonly string[]): Promise<string>;
  /** Size node: sees to it that pods can use these images: there already, pulled where a registry answers, or built here. */
  addImages(names: readonly string[]): Promise<void>;
  /** Size node: Offshoot's own image, made by the Dockerfile of the sources as they are now; gives the name that pods use. */
  addOffshootImage(): Promise<string>;
  down(): Promise<void>;
}

export interface UpOptions {
  size: 'control-plane' | 'node';
  /** The size, if not given. */
  name?: string;
  /** Size control-plane: the IP family of its API server and of its Services. 4, if not given. */
  family?: 4 | 6;
  log?: (line: string) => void;
}

export interface DownOptions {
  name: string;
  log?: (line: string) => void;
}

export interface SandboxStatus {
  name: string;
  size: 'control-plane' | 'node';
  created: string;
  server: string;
  kubeconfig: string;
  /** Why it cannot be used, in one sentence; undefined when it is well. */
  wrong: string | undefined;
}

export { ensureHelm } from './helm.ts';
export { up } from './up.ts';
export { down } from './down.ts';
export { status } from './status.ts';
