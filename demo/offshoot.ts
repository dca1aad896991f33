import type { Cluster } from './cluster.ts';
import type { Tokens } from './manifests.ts';
import type { Stage } from './world.ts';

/** Offshoot as it runs, whether as a process of this machine or as a pod. */
export interface Offshoot {
  /** Of the process on this machine, be it in a pod. */
  readonly pid: number;
  /** Who it is for the API server. */
  readonly identity: string;
  /** Where code hosts deliver to it, without a path. */
  readonly webhooks: string;
  /** Where people reach the previews, without a path. */
  readonly gateway: string;
}

/** Installs Offshoot and starts it; what is to be undone is noted on the stage. */
export type StartOffshoot = (
  stage: Stage,
  cluster: Cluster,
  given: { readonly tokens: Tokens; readonly slackApiUrl: string },
) => Promise<Offshoot>;
