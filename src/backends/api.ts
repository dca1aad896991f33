import type { KubeObject } from '../model/object.ts';
import type { Observed } from '../observe/api.ts';
import type { Design } from '../plan/api.ts';
import type { SecretData } from '../forges/api.ts';

/** One way of making previews. */
export interface Backend {
  /** Everything but Secrets, purely. */
  render(design: Design): KubeObject[];
  /** Makes the cluster look like the design; what it did comes back as a value. */
  apply(design: Design, observed: Observed, gitCredentials: SecretData | undefined): Promise<Change[]>;
  /** Takes the next step of the removal; `gone` once the API server says that the namespace does not exist. */
  remove(namespace: string, previewUid: string): Promise<Removal>;
}

export interface Change {
  change: 'created' | 'configured' | 'pruned';
  object: string;
}

export type Removal = { state: 'gone' } | { state: 'going'; waitingFor: string; stuck: boolean };
