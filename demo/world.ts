import type { Sandbox } from '../sandbox/api.ts';
import type { Cluster } from './cluster.ts';
import type { DagClone } from './dag-clone.ts';
import type { Delivery } from './git-server/deliver.ts';
import type { GitServer } from './git-server/git-server.ts';
import type { Kubectl } from './kubectl.ts';
import type { MemorySampler } from './memory-sampler.ts';
import type { Narrator } from './narrator.ts';
import type { Offshoot } from './offshoot.ts';
import type { KubeClient } from './oracle/kube-client.ts';
import type { PreviewTracker } from './preview-tracker.ts';
import type { Slack } from './slack/slack.ts';
import type { Steps } from './steps.ts';
import type { Undo } from './undo.ts';

/** What every story needs to be told: the steps so far, who tells them, what to unmake, and when to stop. */
export interface Stage {
  readonly steps: Steps;
  readonly narrator: Narrator;
  readonly undo: Undo;
  readonly signal: AbortSignal;
  /** A folder of this demo's own, gone at its end. */
  readonly folder: string;
  /** A folder that outlives a killed demo. */
  readonly stateFolder: string;
  /** Filled as it becomes known, for the report when something fails half-way. */
  readonly known: { kubectl?: Kubectl };
}

/** A cluster with Offshoot in it, a code host, a chat, and a person's clone: all of it real but the chat. */
export interface World extends Stage {
  readonly cluster: Cluster;
  /** The sandbox it plays in; an Error where the cluster is somebody else's. */
  readonly sandbox: Sandbox;
  readonly kube: KubeClient;
  readonly kubectl: Kubectl;
  readonly slack: Slack;
  readonly git: GitServer;
  readonly clone: DagClone;
  readonly offshoot: Offshoot;
  readonly tracker: PreviewTracker;
  readonly memory: MemorySampler;
  readonly deliveries: readonly Delivery[];
}

export function logFileIn(folder: string): string {
  return `${folder}/offshoot.log`;
}
