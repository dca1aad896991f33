import type { Applier, Cache, Cluster } from '../cluster/api.ts';
import type { ConditionType } from '../model/conditions.ts';
import type { Contested } from '../model/contested.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Kind } from '../model/kinds.ts';
import type { Material } from '../model/material.ts';
import type { KubeObject } from '../model/object.ts';
import type { Reason } from '../model/reasons.ts';
import type { Live, Observed } from '../observe/api.ts';
import type { Design } from '../plan/api.ts';

/** One way of making previews, as far as it needs no cluster: what everybody else has to know of it. */
export interface BackendKind {
  watches: Watches;
  secrets: Secrets;
  /** The folders that Airflow's processes may write into. */
  writable: readonly string[];
  /** The names under which a container of these pods logs (`scheduler | …`), if it is several processes; else undefined. */
  partsIn(container: string): readonly string[] | undefined;
  /** Everything but Secrets, purely. */
  render(design: Design): KubeObject[];
  /** For as long as one process runs. */
  create(tools: BackendTools): Backend;
}

/** What is watched for it, beside Services and Secrets: by the label with the Preview's uid. */
export interface Watches {
  /** Whatever else it makes in a preview's namespace, but pods. Metadata is all that is kept of these. */
  kinds: readonly Kind[];
  /** The pods that it looks at, by their label `part`; those of tasks are not among them. */
  parts: readonly string[];
}

/** Where, in a preview's namespace, the secrets are that Offshoot itself reads. */
export interface Secrets {
  /** What its Airflow checks tokens with. */
  signing: SecretEntry;
  /** What git-sync proves itself with. */
  synced: SecretEntry;
}

export interface SecretEntry {
  name: string;
  key: string;
}

export interface BackendTools {
  cluster: Cluster;
  applier: Applier;
  /** ConfigMaps that it keeps beside DagRepositories. */
  kept: Cache<KubeObject>;
  /** As in designs, for pods that belong to no preview. */
  userIds: Design['userIds'];
}

/** One way of making previews, at work. */
export interface Backend {
  render: BackendKind['render'];
  /**
   * What a preview has come to: purely, over what the caches hold. Before anything is planned it is asked without `wanted`, and has
   * nothing to explain.
   */
  look(live: Live, wanted?: Wanted): Seen;
  /** Makes the cluster look like the design; what it did comes back as a value. Secrets of materials that are not among these are pruned. */
  apply(design: Design, observed: Observed, materials: readonly Material[]): Promise<Change[]>;
  /** Only the Secrets of these materials, and only those that are there. */
  renew(design: Design, observed: Observed, materials: readonly Material[]): Promise<Change[]>;
  /**
   * Takes the next step in making what the previews of a DagRepository share; `pods` are those of its previews. Never throws and
   * never blocks: what is not there yet, a preview does without.
   */
  prepare?(repository: DagRepository, pods: readonly KubeObject[]): Promise<Prepared>;
  /** Takes the next step of the removal; `gone` once the API server says that the namespace does not exist. */
  remove(namespace: string, previewUid: string): Promise<Removal>;
}

/** What a preview should be, and what the last attempt to make it so ran into. */
export interface Wanted {
  design: Design;
  /** It is left as it is: what runs may come from an older design, and counts all the same. */
  held: boolean;
  contested: readonly Contested[];
}

/** A preview as its backend sees it: all that status, gateway and commands know of it. */
export interface Seen {
  /** Where Airflow answers; undefined until there is such a place. */
  endpoint: Endpoint | undefined;
  /** Nothing is missing, so nobody has to be asked what is wrong. */
  settled: boolean;
  /** What has to be reached before people may come in, besides Airflow's own word on its health; in the order in which it is awaited. */
  milestones: readonly Milestone[];
  /** Why it is not ready; undefined while nothing but patience is needed. */
  blocking: Explanation | undefined;
  /** What does not work as it should although people may come in … */
  remark: Explanation | undefined;
  /** … and what happened lately and is over. */
  happened: Explanation | undefined;
  /** What fetches the branch, while it runs. */
  checkout: Checkout | undefined;
}

export interface Endpoint {
  /** Airflow answers at its first port. */
  service: KubeObject;
  /** Something runs behind it that may answer. */
  serving: boolean;
}

export interface Milestone {
  /** The condition that shows it; without one, it shows in `Ready` alone. */
  type?: 'DatabaseReady' | 'DagsSynced';
  reached: boolean;
  /** What holds, or what is being waited for. */
  step: Explanation;
  /** What stands against it: it is not reached because of this, or was reached and does not hold any more. */
  trouble?: Explanation | undefined;
}

/** One run of what fetches the branch. */
export interface Checkout {
  /** Another after every restart. */
  run: string;
  ready: boolean;
  /** Where it runs, and the command that makes it look at once. */
  container: { namespace: string; pod: string; container: string };
  lookNow: readonly string[];
}

export type Change = { change: 'created' | 'configured' | 'pruned'; object: string } | Contested;

export type Removal = { state: 'gone' } | { state: 'going'; waitingFor: string; stuck: boolean };

/** How far the preparation is, as a condition of the DagRepository. */
export interface Prepared {
  type: ConditionType;
  reason: Reason;
  message: string;
  /** Undefined: only when something else changes. */
  lookAgainMs: number | undefined;
}
